import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Job, outputKey } from '../jobs/job.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import type { ObjectInfo } from '../objects/sidecar.ts';
import { withTimeLimit } from '../time-limit.ts';
import type { XmlTree } from '../xml/write-xml.ts';
import { describeClip } from './describe-clip.ts';
import { JobFailure } from './job-failure.ts';
import { probeClip } from './probe-clip.ts';
import { renderClip } from './render-clip.ts';
import { renderSnapshot } from './render-snapshot.ts';
import { renderTranscode } from './render-transcode.ts';
import { Interruption, type OnProcess } from './run-ffmpeg.ts';
import type { Made, Workplace } from './workplace.ts';

/** A job that takes longer is killed and fails. */
const JOB_TIME_LIMIT_MS = 10 * 60_000;
/** A render that was killed from outside is begun anew so often. */
const MAX_INTERRUPTIONS = 5;

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
  objects: ObjectInfo[];
  mediaInfo: XmlTree;
  isNumbered: boolean;
}

/**
 * Renders one job within its time. What somebody else kills is begun anew: it says nothing of the clip.
 *
 * @param onInterruption told before it is begun anew
 * @returns the failure when there is no picture in the end
 */
export async function renderJob(
  job: Job,
  rendering: Rendering,
  onInterruption: (error: Interruption) => void,
): Promise<Rendered | JobFailure> {
  for (let interruptions = 0; ; interruptions++) {
    try {
      return await renderWithinLimit(job, rendering);
    } catch (error) {
      if (!(error instanceof Interruption) || interruptions === MAX_INTERRUPTIONS) return asFailure(error);
      onInterruption(error);
    }
  }
}

async function renderWithinLimit(job: Job, rendering: Rendering): Promise<Rendered> {
  return await withTimeLimit(JOB_TIME_LIMIT_MS, rendering.signal, async (signal) => {
    try {
      return await renderInFolder(job, { ...rendering, signal });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new JobFailure('JobTimeout', `The job took longer than ${JOB_TIME_LIMIT_MS / 1000} s.`);
    }
  });
}

/** Does the job in a folder of its own, and stores what it made. */
async function renderInFolder(job: Job, rendering: Rendering): Promise<Rendered> {
  const { ffmpeg, objects, signal, onProcess, onShare } = rendering;
  const folder = join(rendering.tmp, `render-${job.JobId}`);
  const [input, output] = [join(folder, 'input'), join(folder, 'output')];
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    if (!(await objects.link(job.InputObject, input))) {
      throw new JobFailure('NoSuchKey', `The input object ${job.InputObject} does not exist.`);
    }
    const place = { ffmpeg, signal, onProcess, onShare, input, output, outputKey: outputKey(job) };
    const { files, mediaInfo, isNumbered = false } = await makeOf(job, place);
    if (!rendering.isWanted()) throw new JobFailure('InternalError', 'The job has ended meanwhile.');
    const stored: ObjectInfo[] = [];
    for (const { key, file } of files) stored.push(await objects.adopt(key, file, {}));
    return { objects: stored, mediaInfo, isNumbered };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeOf(job: Job, place: Workplace): Promise<Made> {
  if (job.Tag === 'Snapshot') return await renderSnapshot(job, place);
  if (job.Tag === 'Transcode') return await renderTranscode(job, place);
  if (job.Tag !== 'MediaInfo') return await renderClip(job, place);
  const clip = await probeClip(place.ffmpeg, place.input, place);
  return { files: [], mediaInfo: describeClip(clip) };
}

function asFailure(error: unknown): JobFailure {
  if (error instanceof JobFailure) return error;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new JobFailure('InternalError', 'The service could not do the job.', detail);
}
