import { InvalidField, show } from '../ci/invalid-field.ts';
import { type JobRequest, parseJobRequest } from '../ci/job-request.ts';
import { MAX_KEY_BYTES } from '../ci/object-write.ts';
import { outputKey } from './output-key.ts';
import { knownEnding } from './output-parts.ts';
import type { Rule } from './rule.ts';

/** The request that a rule makes for an object. @throws InvalidField when CI would refuse it */
export function requestOf(rule: Rule, object: { readonly key: string; readonly etag: string }): JobRequest {
  const { Tag = 'Animation', QueueId, ...operation } = rule.job;
  const { region: Region, bucket: Bucket } = rule.output;
  const output = outputKey(rule, object);
  // Of `${jobid}` CI makes more: then it is CI that refuses.
  if (Buffer.byteLength(knownEnding(rule, output)) > MAX_KEY_BYTES)
    throw new InvalidField('output.object', `a key of at most ${MAX_KEY_BYTES} bytes`, show(output));
  return parseJobRequest({
    Tag,
    Input: { Object: object.key },
    Operation: [{ ...operation, Output: { Region, Bucket, Object: output } }],
    ...(QueueId === undefined ? {} : { QueueId }),
  });
}
