import type { Bucket } from '../../../shared/ci/bucket.ts';
import { askSigned } from '../ask-signed.ts';
import type { CloudAccess } from '../cloud-access.ts';
import { type Finding, fine, wrong } from '../finding.ts';
import { elementsOf } from '../read-response.ts';
import { permissionMissing } from './refusals.ts';

/** DescribeMediaBuckets of one region, asked for this name alone [doc 1045/72937]. */
export async function bucketBound(cloud: CloudAccess, bucket: Bucket, signal: AbortSignal): Promise<Finding> {
  const about = `Cloud Infinite, bucket ${bucket.name}`;
  try {
    const answer = await askSigned(
      cloud,
      {
        method: 'GET',
        service: 'ci',
        host: `ci.${bucket.region}.myqcloud.com`,
        path: '/mediabucket',
        query: { regions: bucket.region, bucketNames: bucket.name },
      },
      signal,
    );
    const bound = elementsOf(answer, 'MediaBucketList').some(({ BucketId }) => BucketId === bucket.name);
    if (bound) return fine(`${about}: media processing is on`);
    return wrong(
      `${about}: media processing is off`,
      'In the CI console (数据万象) bind the bucket (绑定存储桶), then switch on media processing (媒体处理).',
    );
  } catch (error) {
    return permissionMissing(error, about, 'ci:DescribeMediaBuckets');
  }
}
