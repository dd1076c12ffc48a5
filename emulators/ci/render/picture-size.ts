import { JobFailure } from './job-failure.ts';
import type { Clip } from './probe-clip.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The longest side that a format can hold. */
const MOST = { gif: 65_535, webp: 16_383, jpg: 65_535, png: 65_535, mp4: 16_384 } as const;

/**
 * How large the picture becomes: one side alone keeps the shape that is shown [doc]; at least one pixel.
 *
 * @returns undefined when nothing is to be scaled, and the clip's own size is not known
 * @throws JobFailure that says the size when the format cannot hold it
 */
export function pictureSize(
  { shown }: Pick<Clip, 'shown'>,
  asked: { readonly Width?: string; readonly Height?: string },
  format: keyof typeof MOST,
): Size | undefined {
  if (shown === undefined) return undefined;
  const size = askedSize(shown, asked);
  const most = MOST[format];
  if (size.width > most || size.height > most) {
    throw new JobFailure(
      'InvalidArgument',
      `The result would be ${size.width} × ${size.height} pixels, and ${format} holds at most ${most} a side.`,
    );
  }
  return size;
}

function askedSize(shown: Size, { Width, Height }: { Width?: string; Height?: string }): Size {
  const [width, height] = [Number(Width ?? 0), Number(Height ?? 0)];
  if (width > 0 && height > 0) return { width, height };
  if (width > 0) return { width, height: Math.max(1, Math.round((width * shown.height) / shown.width)) };
  if (height > 0) return { width: Math.max(1, Math.round((height * shown.width) / shown.height)), height };
  return shown;
}
