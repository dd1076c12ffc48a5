import type { Job } from '../ci/job.ts';

/** Where a job writes. CI fills in `${jobid}`; `${ext}` stays, since its value is not documented. */
export function outputOf(job: Job): { bucket: string; key: string } {
  const output = job.Operation?.Output;
  if (!output) return { bucket: '', key: '' };
  return { bucket: output.Bucket ?? '', key: (output.Object ?? '').replaceAll('${jobid}', job.JobId) };
}
