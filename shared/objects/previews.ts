import type { Job } from '../ci/job.ts';
import { mediaTypeOf } from '../ci/media-type.ts';
import type { ObjectPlace } from '../rules/match-rule.ts';
import { isPreviewed, type Shown } from '../rules/previewed.ts';
import type { Sql } from '../store/store.ts';
import { outputOf } from '../watch/output-of.ts';
import { type AddressSigner, type SignedAddress, signedAddress } from './signed-address.ts';

/** An address to look at something by holds at most so long. */
const PREVIEW_SECONDS = 300;
/** Within it the same address is given again, so that a browser need not fetch the same picture twice. */
const PREVIEW_STEP_SECONDS = 60;

export interface Preview extends SignedAddress {
  /** by how the key ends, such as `image/gif` */
  readonly Type: string;
  /** null where nobody has said it */
  readonly Bytes: number | null;
}

/** Where a job reads and writes. */
export interface JobObjects {
  readonly jobId: string;
  readonly input: (ObjectPlace & { readonly bytes: number | null }) | undefined;
  /** undefined until it is written */
  readonly output: (ObjectPlace & { readonly bytes: number | null }) | undefined;
}

/** Where these jobs read and write, in the order of the ids; jobs that nobody watches are left out. */
export async function objectsOfJobs(sql: Sql, jobIds: readonly string[]): Promise<JobObjects[]> {
  const rows = await sql<WatchedObjects[]>`
    select job_id, bucket, region, outcome, job, output_bucket, output_key, input_bytes, output_bytes from watches
    where job_id in (select json_array_elements_text(${JSON.stringify(jobIds)}::text::json))`;
  const byId = new Map(rows.map((row) => [row.job_id, row]));
  return jobIds.flatMap((id) => {
    const row = byId.get(id);
    return row ? { jobId: id, input: inputObject(row), output: outputObject(row) } : [];
  });
}

/** Addresses of what may be shown; null for what may not, or is not there yet. */
export function previewsOf(
  { input, output }: JobObjects,
  shown: Shown,
  signer: AddressSigner,
): { Input: Preview | null; Output: Preview | null } {
  const preview = (object: JobObjects['input']) =>
    object && isPreviewed(object, shown) ? previewOf(object, object.bytes, signer) : null;
  return { Input: preview(input), Output: preview(output) };
}

function previewOf(
  { bucket, region, key }: ObjectPlace,
  bytes: number | null,
  signer: AddressSigner,
): Preview {
  const now = Math.floor(signer.nowMs() / 1000);
  const address = signedAddress(signer, {
    method: 'GET',
    bucket: { name: bucket, region },
    key,
    until: now - (now % PREVIEW_STEP_SECONDS) + PREVIEW_SECONDS,
  });
  return { ...address, Type: mediaTypeOf(key), Bytes: bytes };
}

interface WatchedObjects {
  job_id: string;
  bucket: string;
  region: string;
  outcome: string;
  job: Job | null;
  output_bucket: string;
  output_key: string;
  /** PostgreSQL tells a bigint as text */
  input_bytes: string | null;
  output_bytes: string | null;
}

function inputObject({ bucket, region, job, input_bytes }: WatchedObjects): JobObjects['input'] {
  const input = job?.Input;
  if (!input?.Object) return undefined;
  return {
    bucket: input.BucketId || input.Bucket || bucket,
    region: input.Region || region,
    key: input.Object,
    bytes: numberOf(input_bytes),
  };
}

/** Where it was written; where it was to be written when CI does not say. */
function outputObject(watch: WatchedObjects): JobObjects['output'] {
  const { outcome, region, job, output_bucket, output_key, output_bytes } = watch;
  if (outcome !== 'Success') return undefined;
  const place = job ? outputOf(job) : { bucket: output_bucket, key: output_key };
  if (place.key === '') return undefined;
  const asked = job?.Operation?.Output || undefined;
  return { ...place, region: asked?.Region || region, bytes: numberOf(output_bytes) };
}

function numberOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
