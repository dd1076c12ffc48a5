import * as v from 'valibot';
import { animation } from './animation.ts';
import { InvalidField, show } from './invalid-field.ts';
import { objectKey, operationWith, output } from './operation-fields.ts';
import { parseInput } from './parse-input.ts';
import { snapshot, unnumberedKey } from './snapshot.ts';
import { transcode } from './transcode.ts';
import { JOB_TAG } from './xml/parse-jobs.ts';
import { writeXml } from './xml/write-xml.ts';
import type { XmlElement } from './xml/xml-node.ts';

/** CI takes up to six operations in a request, each becomes a job [doc]. */
const MAX_OPERATIONS = 6;
/** CI keeps 1024 characters of UserData [doc]; 64 of them are ours. */
const MAX_USER_DATA = 960;

/** What CreateMediaJobs takes, named as on the wire. Nodes that are not listed here are passed on. */
export interface JobRequest extends XmlElement {
  Tag: string;
  Operation: XmlElement[];
  Input?: XmlElement;
  QueueId?: string;
}

const operation = v.looseObject({
  UserData: v.optional(
    v.pipe(
      v.string('printable ASCII'),
      v.regex(/^[ -~]*$/, 'printable ASCII'),
      v.maxLength(MAX_USER_DATA, `at most ${MAX_USER_DATA} characters`),
    ),
  ),
  JobLevel: v.optional(v.picklist(['0', '1', '2'], '0, 1 or 2')),
});

const queue = 'the id of a queue';
const tag = 'a kind of job such as Animation';

const jobRequest = v.looseObject({
  Tag: v.pipe(v.string(tag), v.regex(JOB_TAG, tag)),
  Operation: v.pipe(
    v.array(operation, 'an object or a list of objects'),
    v.minLength(1, `1 to ${MAX_OPERATIONS} operations`),
    v.maxLength(MAX_OPERATIONS, `1 to ${MAX_OPERATIONS} operations`),
  ),
  QueueId: v.optional(v.pipe(v.string(queue), v.nonEmpty(queue))),
});

const ofClip = <Operation extends v.GenericSchema>(operation: Operation) =>
  v.looseObject({
    Input: v.looseObject({ Object: objectKey('the clip') }, 'an object with Object, the key of the clip'),
    Operation: v.array(operation),
  });

/** The kinds whose parameters are known; all others go to CI as they are written. */
const KINDS = new Map<string, v.GenericSchema>([
  ['Animation', ofClip(operationWith({ Animation: animation }))],
  ['Snapshot', ofClip(operationWith({ Snapshot: snapshot }))],
  ['Transcode', ofClip(operationWith({ Transcode: transcode }))],
]);

/** The kinds of jobs whose parameters are checked here. */
export const CHECKED_TAGS: readonly string[] = [...KINDS.keys()];

/** One Operation of a request, for the API's document. */
export const documentedOperation = v.looseObject({
  ...operation.entries,
  Animation: v.optional(animation),
  Snapshot: v.optional(snapshot),
  Transcode: v.optional(transcode),
  TemplateId: v.optional(v.string()),
  Output: v.optional(output),
});

/** The form of a request, for the API's document: `parseJobRequest` is what reads one. */
export const jobRequestForm = v.looseObject({
  ...jobRequest.entries,
  Input: v.optional(v.looseObject({ Object: v.optional(objectKey('the clip')) })),
  Operation: v.union([documentedOperation, v.array(documentedOperation)]),
});

/**
 * Checks a request against the documented limits before CI is asked: Operation may be one or a list. What the source
 * decides, such as its duration, is left to CI.
 *
 * @throws InvalidField, naming the field by its path
 */
export function parseJobRequest(body: XmlElement): JobRequest {
  const Operation = body['Operation'];
  const listed = {
    ...body,
    ...(Operation === undefined || Array.isArray(Operation) ? {} : { Operation: [Operation] }),
  };
  const checked = parseInput(jobRequest, listed);
  const kind = KINDS.get(checked.Tag);
  if (kind !== undefined) parseInput(kind, listed);
  if (checked.Tag === 'Snapshot') checkNumbers(checked.Operation);
  // What is submitted later must not be found unwritable then.
  writeXml('Request', listed);
  return listed as XmlElement as JobRequest;
}

/** @throws InvalidField */
function checkNumbers(operations: readonly unknown[]): void {
  for (const [at, operation] of operations.entries()) {
    const key = unnumberedKey(operation);
    const expected = 'a key with ${number}, which tells several pictures apart';
    if (key !== undefined) throw new InvalidField(`Operation[${at}].Output.Object`, expected, show(key));
  }
}
