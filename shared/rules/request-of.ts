import { InvalidField, show } from '../ci/invalid-field.ts';
import { type JobRequest, parseJobRequest } from '../ci/job-request.ts';
import { MAX_KEY_BYTES } from '../ci/object-write.ts';
import type { XmlElement } from '../ci/xml/xml-node.ts';
import { outputKey } from './output-key.ts';
import { knownEnding } from './output-parts.ts';
import { type Rule, viewsOf } from './rule.ts';

/**
 * The request that a rule makes for an object: an operation for each rendition, in their order.
 *
 * @throws InvalidField when CI would refuse it
 */
export function requestOf(rule: Rule, object: { readonly key: string; readonly etag: string }): JobRequest {
  const { QueueId } = rule.job;
  return parseJobRequest({
    Tag: tagOf(rule.job),
    Input: { Object: object.key },
    Operation: viewsOf(rule).map((view) => operationOf(view, object)),
    ...(QueueId === undefined ? {} : { QueueId }),
  });
}

function operationOf(view: Rule, object: { readonly key: string; readonly etag: string }): XmlElement {
  const { Tag: _, QueueId: __, ...operation } = view.job;
  const { region: Region, bucket: Bucket } = view.output;
  const output = outputKey(view, object);
  // Of `${jobid}` CI makes more: then it is CI that refuses.
  if (Buffer.byteLength(knownEnding(view, output)) > MAX_KEY_BYTES)
    throw new InvalidField('output.object', `a key of at most ${MAX_KEY_BYTES} bytes`, show(output));
  return { ...operation, Output: { Region, Bucket, Object: output } };
}

/** The kind of a rule's jobs. */
export function tagOf(job: XmlElement): string {
  return typeof job['Tag'] === 'string' ? job['Tag'] : 'Animation';
}
