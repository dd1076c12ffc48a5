import type { Job } from '../ci/job.ts';
import { withEnding } from '../ci/picture-ending.ts';

/** Where a job writes. `${ext}` stays only where a template decides the ending. */
export function outputOf(job: Job): { bucket: string; key: string } {
  const output = job.Operation?.Output;
  if (!output) return { bucket: '', key: '' };
  const container = job.Operation?.Animation ? job.Operation.Animation.Container : undefined;
  const key = (output.Object ?? '').replaceAll('${jobid}', job.JobId);
  return { bucket: output.Bucket ?? '', key: withEnding(key, container ? container.Format : undefined) };
}
