import type { Animation } from '../jobs/animation.ts';
import { inputArguments } from './input-arguments.ts';
import type { Size } from './picture-size.ts';
import type { Clip } from './probe-clip.ts';
import { TONE_MAP } from './tone-map.ts';

/** WebP quality when none is asked for: the encoder's own default [guess]. */
const DEFAULT_WEBP_QUALITY = '75';
/** A GIF counts time in hundredths: beyond, delays of 10 and 20 ms would alternate, and browsers slow 10 ms down to 100. */
const MOST_GIF_FPS = 50;

/** What the arguments depend on beside the job. */
export interface AnimateTerms {
  readonly clip: Clip;
  readonly size: Size | undefined;
  /** what is too bright for a screen is brought down */
  readonly toneMaps: boolean;
  /** A clip that is shorter than half a picture's time: its first picture, whatever was asked. */
  readonly single: boolean;
}

/** ffmpeg's arguments that turn the clip at `input` into the animation at `output` (absolute paths). */
export function animateArguments(
  animation: Animation,
  input: string,
  output: string,
  terms: AnimateTerms,
): string[] {
  const { Start, Duration } = animation.TimeInterval;
  const { clip, single } = terms;
  const fps = playedFps(animation);
  return [
    ...['-hide_banner', '-nostdin', '-v', 'error', '-progress', 'pipe:1', '-nostats'],
    ...(keepsKeyFrames(animation) ? ['-skip_frame', 'nokey'] : []),
    ...(Start === undefined ? [] : ['-ss', Start]),
    // A duration of 0 means the whole clip [guess].
    ...(Duration === undefined || Number(Duration) === 0 ? [] : ['-t', Duration]),
    ...(clip.decoder === undefined ? [] : ['-c:v', clip.decoder]),
    ...inputArguments(input),
    ...['-filter_complex', `[0:${clip.stream}]${filters(animation, terms)}[out]`, '-map', '[out]'],
    ...(single ? ['-frames:v', '1'] : []),
    // Not by the fps filter, which would fill up to where the last frame lay in the clip.
    ...(fps !== undefined && isSampled(animation) ? ['-r', fps] : []),
    ...encoder(animation),
    ...['-y', `file:${output}`],
  ];
}

function playedFps({ Format, Video: { Fps } }: Animation): string | undefined {
  return Format !== 'webp' && Number(Fps ?? 0) > MOST_GIF_FPS ? String(MOST_GIF_FPS) : Fps;
}

/** AnimateFramesPerSecond goes before AnimateOnlyKeepKeyFrame, that before AnimateTimeIntervalOfFrame [doc]. */
function keepsKeyFrames({ Video }: Animation): boolean {
  return Video.AnimateFramesPerSecond === undefined && Video.AnimateOnlyKeepKeyFrame === 'true';
}

function filters(animation: Animation, { clip, size, toneMaps, single }: AnimateTerms): string {
  const chain = [...(toneMaps ? TONE_MAP : []), ...(single ? [] : timing(animation))];
  if (size !== undefined) chain.push(`scale=${size.width}:${size.height}:flags=lanczos`, 'setsar=1');
  if (animation.Format === 'webp')
    return (clip.isTransparent ? [...chain, 'format=yuva420p'] : chain).join(',') || 'null';
  // The encoder's own 256 colours would turn white and blue to grey. hgif takes more care for how they are mixed [guess].
  const mixing = animation.Format === 'hgif' ? 'dither=sierra2_4a' : 'dither=bayer:bayer_scale=5';
  const [make, use] = clip.isTransparent
    ? ['palettegen=reserve_transparent=1', `paletteuse=${mixing}:alpha_threshold=128`]
    : ['palettegen', `paletteuse=${mixing}`];
  const before = clip.isTransparent ? [...chain, 'format=rgba'] : chain;
  return `${before.concat('split[a][b]').join(',')};[a]${make}[p];[b][p]${use}`;
}

/** Which frames are taken, and how fast they are shown. */
function timing(animation: Animation): string[] {
  const { AnimateFramesPerSecond, AnimateTimeIntervalOfFrame } = animation.Video;
  const fps = playedFps(animation);
  const chain: string[] = [];
  if (AnimateFramesPerSecond !== undefined) chain.push(`fps=${AnimateFramesPerSecond}`);
  else if (!keepsKeyFrames(animation) && AnimateTimeIntervalOfFrame !== undefined) {
    chain.push(`fps=1/${AnimateTimeIntervalOfFrame}`);
  }
  // Fps is the speed of playing [doc]; frames that were picked out one by one are shown at it [guess].
  if (fps !== undefined) {
    chain.push(...(isSampled(animation) ? ['settb=AVTB', `setpts=N/(${fps}*TB)`] : [`fps=${fps}`]));
  }
  return chain;
}

/** Whether single frames are picked out of the clip. */
function isSampled(animation: Animation): boolean {
  const { AnimateFramesPerSecond, AnimateTimeIntervalOfFrame } = animation.Video;
  return keepsKeyFrames(animation) || (AnimateFramesPerSecond ?? AnimateTimeIntervalOfFrame) !== undefined;
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
