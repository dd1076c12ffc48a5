import { inputArguments } from './input-arguments.ts';
import { JobFailure } from './job-failure.ts';
import { type FfmpegRun, runFfmpeg } from './run-ffmpeg.ts';

export interface Clip {
  /** Seconds; `undefined` when the container does not say. */
  duration?: number;
  fps?: number;
}

/** Asks ffmpeg what a clip is; throws the job's failure when it holds no video. */
export async function probeClip(ffmpeg: string, path: string, run: FfmpegRun): Promise<Clip> {
  // Without an output ffmpeg describes its input on stderr and exits with 1.
  const { stderr } = await runFfmpeg(ffmpeg, ['-hide_banner', '-nostdin', ...inputArguments(path)], run);
  if (!/^Input #0/m.test(stderr)) {
    throw new JobFailure(
      'InvalidMediaFile',
      'The input object is not a video file, or it is damaged.',
      stderr,
    );
  }
  const stream = /^ +Stream #0:\d+.*: Video: .*$/m.exec(stderr)?.[0];
  if (stream === undefined)
    throw new JobFailure('InvalidMediaFile', 'The input object has no video stream.', stderr);
  const [, hours, minutes, seconds] = /^ +Duration: (\d+):(\d\d):(\d\d\.\d+)/m.exec(stderr) ?? [];
  const fps = /, ([\d.]+)(k?) fps/.exec(stream);
  return {
    ...(seconds === undefined
      ? {}
      : { duration: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) }),
    ...(fps === null ? {} : { fps: Number(fps[1]) * (fps[2] ? 1000 : 1) }),
  };
}
