import { type Bucket, cosHost } from '../../../shared/ci/bucket.ts';
import { askSigned } from '../ask-signed.ts';
import type { CloudAccess } from '../cloud-access.ts';
import { type Finding, fine, wrong } from '../finding.ts';

/** HEAD Bucket: 404 for one that is not there, 403 for one that we may not read [doc 436/35648]. */
export async function bucketExists(
  cloud: CloudAccess,
  bucket: Bucket,
  signal: AbortSignal,
): Promise<Finding> {
  const request = { method: 'HEAD', service: 'cos', host: cosHost(bucket), path: '/' } as const;
  const { status } = await askSigned(cloud, request, signal);
  const about = `bucket ${bucket.name} in ${bucket.region}`;
  if (status === 200) return fine(`${about}: exists and can be read`);
  if (status === 404) {
    return wrong(
      `${about}: does not exist`,
      'Create it in the COS console (对象存储), or correct CI_BUCKETS: name-appid@region.',
    );
  }
  if (status === 403) {
    return wrong(
      `${about}: access is refused`,
      'Check that the credentials are of the account that owns it, and that they have cos:HeadBucket: see docs/permissions.md.',
    );
  }
  return wrong(
    `${about}: COS answered ${status}`,
    'Run it again; if it stays, look at the status page of COS.',
  );
}
