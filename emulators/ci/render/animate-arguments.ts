import type { Animation } from '../jobs/animation.ts';
import { inputArguments } from './input-arguments.ts';

/** WebP quality when none is asked for: the encoder's own default [guess]. */
const DEFAULT_WEBP_QUALITY = '75';

/** ffmpeg's arguments that turn the clip at `input` into the animation at `output` (absolute paths). */
export function animateArguments(animation: Animation, input: string, output: string): string[] {
  const { Start, Duration } = animation.TimeInterval;
  const { Fps } = animation.Video;
  return [
    ...['-hide_banner', '-nostdin', '-v', 'error', '-progress', 'pipe:1', '-nostats'],
    ...(keepsKeyFrames(animation) ? ['-skip_frame', 'nokey'] : []),
    ...(Start === undefined ? [] : ['-ss', Start]),
    // A duration of 0 means the whole clip [guess].
    ...(Duration === undefined || Number(Duration) === 0 ? [] : ['-t', Duration]),
    ...inputArguments(input),
    ...['-filter_complex', `[0:v:0]${filters(animation)}[out]`, '-map', '[out]'],
    // Not by the fps filter, which would fill up to where the last frame lay in the clip.
    ...(Fps !== undefined && isSampled(animation) ? ['-r', Fps] : []),
    ...encoder(animation),
    ...['-y', `file:${output}`],
  ];
}

/** AnimateFramesPerSecond goes before AnimateOnlyKeepKeyFrame, that before AnimateTimeIntervalOfFrame [doc]. */
function keepsKeyFrames({ Video }: Animation): boolean {
  return Video.AnimateFramesPerSecond === undefined && Video.AnimateOnlyKeepKeyFrame === 'true';
}

function filters(animation: Animation): string {
  const { Fps, AnimateFramesPerSecond, AnimateTimeIntervalOfFrame } = animation.Video;
  const chain: string[] = [];
  if (AnimateFramesPerSecond !== undefined) chain.push(`fps=${AnimateFramesPerSecond}`);
  else if (!keepsKeyFrames(animation) && AnimateTimeIntervalOfFrame !== undefined) {
    chain.push(`fps=1/${AnimateTimeIntervalOfFrame}`);
  }
  // Fps is the speed of playing [doc]; frames that were picked out one by one are shown at it [guess].
  if (Fps !== undefined) {
    chain.push(...(isSampled(animation) ? ['settb=AVTB', `setpts=N/(${Fps}*TB)`] : [`fps=${Fps}`]));
  }
  chain.push(...scale(animation));
  if (animation.Format === 'hgif') {
    return `${chain.concat('split[a][b]').join(',')};[a]palettegen[p];[b][p]paletteuse`;
  }
  return chain.join(',') || 'null';
}

/** Whether single frames are picked out of the clip. */
function isSampled(animation: Animation): boolean {
  const { AnimateFramesPerSecond, AnimateTimeIntervalOfFrame } = animation.Video;
  return keepsKeyFrames(animation) || (AnimateFramesPerSecond ?? AnimateTimeIntervalOfFrame) !== undefined;
}

/** One side alone keeps the ratio [doc]. */
function scale({ Video: { Width, Height } }: Animation): string[] {
  return Width === undefined && Height === undefined
    ? []
    : [`scale=${Width ?? -1}:${Height ?? -1}:flags=lanczos`, 'setsar=1'];
}

/** Both formats play for ever [guess]. */
function encoder({ Format, Video }: Animation): string[] {
  if (Format !== 'webp') return ['-loop', '0', '-f', 'gif'];
  return [
    '-c:v',
    'libwebp_anim',
    '-quality',
    Video.Quality ?? DEFAULT_WEBP_QUALITY,
    '-loop',
    '0',
    '-f',
    'webp',
  ];
}
