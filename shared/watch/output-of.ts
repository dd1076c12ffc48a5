import type { Job } from '../ci/job.ts';
import { withEnding } from '../ci/picture-ending.ts';
import { LONGEST_KEY_BYTES } from '../ci/xml/job-shape.ts';

const PLACEHOLDER = '${';

/**
 * Where a job writes: the key as written, with `${jobid}` filled in and `${ext}` where the format decides it. What only CI
 * can fill in is, as soon as it tells what it made; of several files the first.
 */
export function outputOf(job: Job): { bucket: string; key: string } {
  const output = job.Operation?.Output;
  if (!output) return { bucket: '', key: '' };
  const container = job.Operation?.Animation ? job.Operation.Animation.Container : undefined;
  const written = (output.Object ?? '').replaceAll('${jobid}', job.JobId);
  const key = withEnding(written, container ? container.Format : undefined);
  return { bucket: output.Bucket ?? '', key: (key.includes(PLACEHOLDER) && madeBy(job)) || key };
}

function madeBy(job: Job): string | undefined {
  const result = job.Operation?.MediaResult;
  const file = result ? result.OutputFile : undefined;
  const name: unknown = file ? file.ObjectName?.[0] : undefined;
  if (!file || typeof name !== 'string' || name === '') return undefined;
  const key = `${file.ObjectPrefix ?? ''}${name}`;
  return Buffer.byteLength(key) <= LONGEST_KEY_BYTES ? key : undefined;
}
