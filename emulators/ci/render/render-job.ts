import { type Job, outputKey } from '../jobs/job.ts';
import { withTimeLimit } from '../time-limit.ts';
import { JobFailure } from './job-failure.ts';
import { type Rendered, type Rendering, renderClip } from './render-clip.ts';
import { Interruption } from './run-ffmpeg.ts';

/** A job that takes longer is killed and fails. */
const JOB_TIME_LIMIT_MS = 10 * 60_000;
/** A render that was killed from outside is begun anew so often. */
const MAX_INTERRUPTIONS = 5;

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
  const animation = job.Animation;
  if (animation === undefined) throw new JobFailure('InternalError', 'The job has no parameters.');
  const task = { id: job.JobId, input: job.InputObject, outputKey: outputKey(job), animation };
  return await withTimeLimit(JOB_TIME_LIMIT_MS, rendering.signal, async (signal) => {
    try {
      return await renderClip(task, { ...rendering, signal });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new JobFailure('JobTimeout', `The job took longer than ${JOB_TIME_LIMIT_MS / 1000} s.`);
    }
  });
}

function asFailure(error: unknown): JobFailure {
  if (error instanceof JobFailure) return error;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new JobFailure('InternalError', 'The service could not do the job.', detail);
}
