import type { Animation } from '../jobs/animation.ts';
import { JobFailure } from './job-failure.ts';
import type { Clip } from './probe-clip.ts';

/** The container's duration is rounded to hundredths where ffmpeg prints it. */
const DURATION_TOLERANCE_SECONDS = 0.01;

/**
 * The documented limits that only the source can tell. [guess]: they fail the job, since the service looks at the
 * source only when the job runs; a duration that goes beyond the end is cut at the end.
 */
export function checkAgainstClip({ Video, TimeInterval }: Animation, clip: Clip): void {
  const duration = (clip.duration ?? Infinity) + DURATION_TOLERANCE_SECONDS;
  const start = Number(TimeInterval.Start ?? 0);
  if (start > duration) {
    throw new JobFailure(
      'InvalidArgument',
      `TimeInterval.Start ${start} lies beyond the clip's ${clip.duration} s.`,
    );
  }
  const interval = Number(Video.AnimateTimeIntervalOfFrame ?? 0);
  if (interval > duration) {
    const message = `Video.AnimateTimeIntervalOfFrame ${interval} is longer than the clip's ${clip.duration} s.`;
    throw new JobFailure('InvalidArgument', message);
  }
  const perSecond = Number(Video.AnimateFramesPerSecond ?? 0);
  if (clip.fps !== undefined && perSecond >= clip.fps) {
    const message = `Video.AnimateFramesPerSecond ${perSecond} is not below the clip's ${clip.fps} frames per second.`;
    throw new JobFailure('InvalidArgument', message);
  }
}
