import type { Job, MediaResult } from '../ci/job.ts';
import { mediaTypeOf } from '../ci/media-type.ts';
import type { ObjectPlace } from '../rules/match-rule.ts';
import { isPreviewed, type Shown } from '../rules/previewed.ts';
import type { Sql } from '../store/store.ts';
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
    select job_id, bucket, region, outcome, job, output_bucket, output_key from watches
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
}

function inputObject({ bucket, region, job }: WatchedObjects): JobObjects['input'] {
  const input = job?.Input;
  if (!input?.Object) return undefined;
  return {
    bucket: input.BucketId || input.Bucket || bucket,
    region: input.Region || region,
    key: input.Object,
    bytes: null,
  };
}

/** Where it was written; where it was to be written when CI does not say. */
function outputObject({
  outcome,
  region,
  job,
  output_bucket,
  output_key,
}: WatchedObjects): JobObjects['output'] {
  if (outcome !== 'Success') return undefined;
  const operation = job?.Operation;
  const file = operation?.MediaResult ? writtenFile(operation.MediaResult) : undefined;
  const place = file ?? { bucket: output_bucket, key: output_key };
  const info = operation?.MediaInfo || undefined;
  const size = info?.Format ? info.Format.Size : undefined;
  const told = operation?.Output ? operation.Output.Region : undefined;
  if (place.key === '') return undefined;
  return { ...place, region: told || region, bytes: size === undefined ? null : wholeOf(size) };
}

/** The object's real key is ObjectPrefix + ObjectName. */
function writtenFile({ OutputFile }: MediaResult): { bucket: string; key: string } | undefined {
  if (!OutputFile) return undefined;
  const { Bucket = '', ObjectPrefix = '', ObjectName = [] } = OutputFile;
  const [name = ''] = ObjectName;
  return Bucket === '' || name === '' ? undefined : { bucket: Bucket, key: `${ObjectPrefix}${name}` };
}

function wholeOf(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
