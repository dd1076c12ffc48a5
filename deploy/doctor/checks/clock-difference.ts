import { type Bucket, cosHost } from '../../../shared/ci/bucket.ts';
import { askSigned } from '../ask-signed.ts';
import type { CloudAccess } from '../cloud-access.ts';
import { type Finding, fine, wrong } from '../finding.ts';

/** Our signatures begin to hold a minute before they are made; a clock that is further ahead has them refused. */
const MAX_DIFFERENCE_MS = 60_000;

/** Compares this machine's clock with the Date of an answer of COS, which also a refusal has. */
export async function clockDifference(
  cloud: CloudAccess,
  bucket: Bucket,
  signal: AbortSignal,
): Promise<Finding> {
  const sentAtMs = cloud.now();
  const request = { method: 'HEAD', service: 'cos', host: cosHost(bucket), path: '/' } as const;
  const { headers } = await askSigned(cloud, request, signal);
  const theirsMs = Date.parse(headers.date ?? '');
  if (Number.isNaN(theirsMs)) {
    return wrong(
      'clock: the answer of COS has no Date',
      'Something between here and COS answers: check proxies.',
    );
  }
  const aheadMs = (sentAtMs + cloud.now()) / 2 - theirsMs;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (Math.abs(aheadMs) <= MAX_DIFFERENCE_MS) return fine(`clock: within ${Math.max(seconds, 1)} s of COS's`);
  return wrong(
    `clock: ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} COS's`,
    `Set this machine's clock (NTP): it may differ by ${MAX_DIFFERENCE_MS / 1000} s at most.`,
  );
}
