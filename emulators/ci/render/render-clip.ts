import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Animation } from '../jobs/animation.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import type { ObjectInfo } from '../objects/sidecar.ts';
import type { XmlTree } from '../xml/write-xml.ts';
import { animateArguments } from './animate-arguments.ts';
import { checkAgainstClip } from './check-against-clip.ts';
import { describePicture } from './describe-picture.ts';
import { JobFailure } from './job-failure.ts';
import { type Clip, probeClip } from './probe-clip.ts';
import { type OnProcess, runFfmpeg } from './run-ffmpeg.ts';

export interface Rendering {
  ffmpeg: string;
  objects: ObjectStore;
  tmp: string;
  signal: AbortSignal;
  onShare: (share: number) => void;
  onProcess: OnProcess | undefined;
  /** Whether the job still waits for its picture: the control surface may have ended it. */
  isWanted: () => boolean;
}

export interface Rendered {
  object: ObjectInfo;
  mediaInfo: XmlTree;
}

/** Makes the animation of one clip and stores it under `outputKey`; throws `JobFailure` when it cannot be made. */
export async function renderClip(
  job: { id: string; input: string; outputKey: string; animation: Animation },
  rendering: Rendering,
): Promise<Rendered> {
  const { ffmpeg, objects, signal, onProcess } = rendering;
  const folder = join(rendering.tmp, `render-${job.id}`);
  const [input, output] = [join(folder, 'input'), join(folder, 'output')];
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    if (!(await objects.link(job.input, input))) {
      throw new JobFailure('NoSuchKey', `The input object ${job.input} does not exist.`);
    }
    const clip = await probeClip(ffmpeg, input, { signal, onProcess });
    checkAgainstClip(job.animation, clip);
    const seconds = chosenSeconds(job.animation, clip);
    const onSeconds = (done: number) => rendering.onShare(Math.min(1, done / seconds));
    const args = animateArguments(job.animation, input, output);
    const { exitCode, stderr } = await runFfmpeg(ffmpeg, args, { signal, onSeconds, onProcess });
    if (exitCode !== 0) {
      throw new JobFailure('InvalidMediaFile', 'The input object cannot be decoded as a video.', stderr);
    }
    const mediaInfo = await describePicture(output);
    if (!rendering.isWanted()) throw new JobFailure('InternalError', 'The job has ended meanwhile.');
    return { object: await objects.adopt(job.outputKey, output, {}), mediaInfo };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function chosenSeconds({ TimeInterval }: Animation, clip: Clip): number {
  const rest = (clip.duration ?? Infinity) - Number(TimeInterval.Start ?? 0);
  return Math.min(rest, Number(TimeInterval.Duration ?? 0) || Infinity);
}
