import type { Animation } from '../jobs/animation.ts';
import type { Job } from '../jobs/job.ts';
import { animateArguments } from './animate-arguments.ts';
import { checkAgainstClip } from './check-against-clip.ts';
import { describePicture } from './describe-picture.ts';
import { JobFailure, NoFrame } from './job-failure.ts';
import { pictureSize } from './picture-size.ts';
import { type Clip, probeClip } from './probe-clip.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import { canToneMap } from './tone-map.ts';
import type { Made, Workplace } from './workplace.ts';

/** Makes the animation of one clip; throws `JobFailure` when it cannot be made. */
export async function renderClip({ Animation: animation }: Job, place: Workplace): Promise<Made> {
  if (animation === undefined) throw new JobFailure('InternalError', 'The job has no parameters.');
  const { ffmpeg, signal, onProcess, input, output } = place;
  const clip = await probeClip(ffmpeg, input, { signal, onProcess });
  checkAgainstClip(animation, clip);
  const size = pictureSize(clip, animation.Video, animation.Format === 'webp' ? 'webp' : 'gif');
  const toneMaps = clip.hdr !== undefined && (await canToneMap(ffmpeg, { signal, onProcess }));
  const seconds = chosenSeconds(animation.TimeInterval, clip);
  const onSeconds = (done: number) => place.onShare(Math.min(1, done / seconds));
  const render = async (single: boolean) => {
    const args = animateArguments(animation, input, output, { clip, size, toneMaps, single });
    const { exitCode, stderr } = await runFfmpeg(ffmpeg, args, { signal, onSeconds, onProcess });
    // What is too short for one picture may be an error to an encoder.
    if (exitCode !== 0 && !single && isTooShort(animation, clip)) throw new NoFrame();
    if (exitCode !== 0) {
      throw new JobFailure('InvalidMediaFile', 'The input object cannot be decoded as a video.', stderr);
    }
    return await describePicture(output);
  };
  const mediaInfo = await render(false).catch(async (error: unknown) => {
    if (!(error instanceof NoFrame)) throw error;
    return await render(true);
  });
  return { files: [{ key: place.outputKey, file: output }], mediaInfo };
}

/** Whether less is chosen than one picture is shown for. */
function isTooShort(animation: Animation, clip: Clip): boolean {
  const fps = Number(animation.Video.Fps ?? animation.Video.AnimateFramesPerSecond ?? 0);
  return fps > 0 && chosenSeconds(animation.TimeInterval, clip) * fps < 1;
}

export function chosenSeconds(
  { Start, Duration }: { readonly Start?: string; readonly Duration?: string },
  clip: Clip,
): number {
  const rest = (clip.duration ?? Infinity) - Number(Start ?? 0);
  return Math.min(rest, Number(Duration ?? 0) || Infinity);
}
