import { type JobRequest, parseJobRequest } from '../../ci/job-request.ts';
import { outputKey } from './output-key.ts';
import type { Rule } from './rule.ts';

/** The request that a rule makes for an object. Throws InvalidField when CI would refuse it. */
export function requestOf(rule: Rule, object: { readonly key: string; readonly etag: string }): JobRequest {
  const { Tag = 'Animation', QueueId, ...operation } = rule.job;
  const { region: Region, bucket: Bucket } = rule.output;
  return parseJobRequest({
    Tag,
    Input: { Object: object.key },
    Operation: [{ ...operation, Output: { Region, Bucket, Object: outputKey(rule, object) } }],
    ...(QueueId === undefined ? {} : { QueueId }),
  });
}
