import type { Fit } from '../../rules/rule.ts';
import type { Outcome } from '../../watch/transition.ts';

/** What one job of a rendition came to. Width and the like are null where CI told none. */
export interface Try {
  readonly JobId: string;
  readonly Outcome: Outcome;
  readonly Key: string;
  readonly Bytes: number | null;
  readonly Width: number | null;
  readonly Height: number | null;
  readonly Fps: number | null;
}

/** A rendition of one version of an object. */
export interface SetRendition {
  readonly name: string;
  readonly bucket: string;
  readonly region: string;
  readonly fit: Fit | null;
  readonly tries: readonly Try[];
  /** the next result is the last, whatever it is */
  readonly isLast: boolean;
  readonly ended: boolean;
}

/** What a rule with renditions makes of one version of an object. */
export interface ObjectSet {
  readonly id: string;
  readonly bucket: string;
  readonly region: string;
  readonly object: string;
  readonly rule: string;
  readonly version: number;
  readonly renditions: readonly SetRendition[];
  readonly ended_at: Date | null;
}

/** What lies at the rendition's output: the last job that succeeded wrote it. */
export function resultOf({ tries }: SetRendition): Try | undefined {
  return tries.findLast(({ Outcome: outcome }) => outcome === 'Success') ?? tries.at(-1);
}

/** Whether it is within its limit; null when there is no limit, or no size. */
export function fits(rendition: SetRendition): boolean | null {
  const bytes = resultOf(rendition)?.Bytes ?? null;
  if (rendition.fit === null || bytes === null) return null;
  return bytes <= rendition.fit.maxBytes;
}
