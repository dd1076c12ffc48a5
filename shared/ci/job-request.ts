import * as v from 'valibot';
import { animationOperation } from './animation.ts';
import { InvalidField, show } from './invalid-field.ts';
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
      v.string(),
      v.regex(/^[ -~]*$/, 'printable ASCII'),
      v.maxLength(MAX_USER_DATA, `at most ${MAX_USER_DATA} characters`),
    ),
  ),
  JobLevel: v.optional(v.picklist(['0', '1', '2'], '0, 1 or 2')),
});

const text = v.pipe(v.string('text'), v.nonEmpty('text'));

const request = v.looseObject({
  Tag: v.pipe(v.string('a kind of job'), v.regex(JOB_TAG, 'a kind of job, such as Animation')),
  Operation: v.pipe(
    v.array(operation, 'an object or a list of objects'),
    v.minLength(1, `1 to ${MAX_OPERATIONS} operations`),
    v.maxLength(MAX_OPERATIONS, `1 to ${MAX_OPERATIONS} operations`),
  ),
  QueueId: v.optional(text),
});

const animationRequest = v.looseObject({
  Input: v.looseObject({ Object: text }, 'an object with Object, the key of the clip'),
  Operation: v.array(animationOperation),
});

/**
 * Checks a request against the documented limits before CI is asked: Operation may be one or a list.
 * Throws InvalidField, naming the field by its path. What the source decides, such as its duration, is left to CI.
 */
export function parseJobRequest(body: XmlElement): JobRequest {
  const Operation = body['Operation'];
  const listed = {
    ...body,
    ...(Operation === undefined || Array.isArray(Operation) ? {} : { Operation: [Operation] }),
  };
  const checked = check(request, listed);
  if (checked.Tag === 'Animation') check(animationRequest, listed);
  // What is submitted later must not be found unwritable then.
  writeXml('Request', listed);
  return listed as XmlElement as JobRequest;
}

function check<T extends v.GenericSchema>(schema: T, value: unknown): v.InferOutput<T> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new InvalidField(pathOf(issue), issue.message, show(issue.input));
}

function pathOf(issue: v.BaseIssue<unknown>): string {
  const steps = issue.path ?? [];
  return steps.reduce(
    (path, { key }) =>
      typeof key === 'number' ? `${path}[${key}]` : path === '' ? String(key) : `${path}.${key}`,
    '',
  );
}
