import * as v from 'valibot';
import type { Job } from '../job.ts';
import { XmlError } from './xml-error.ts';
import { isElement, type XmlElement, type XmlNode } from './xml-node.ts';

/** Media jobs are `j` and 32 hex digits; other services use other prefixes [doc]. */
export const JOB_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Words of CI become keys of indexes and parameters of requests: none that is published comes near. */
const LONGEST_WORD = 64;
/** No list of job-level codes is published [doc]: an odd one must not keep a job from its outcome. */
const LONGEST_CODE = 200;
/** COS takes keys of 850 bytes; CI may have filled in a job's id. An index row of PostgreSQL takes 2 700. */
export const LONGEST_KEY_BYTES = 1024;

const WORD = /^\P{C}*$/u;
/** Nearly every word is one of these, which is a quicker question. */
const ASCII = /^[ -~]*$/;

const text = v.string('text');
const word = v.pipe(
  text,
  v.check((given) => ASCII.test(given) || WORD.test(given), 'a word'),
  v.maxLength(LONGEST_WORD, `a word of at most ${LONGEST_WORD} letters`),
);
const key = v.pipe(text, v.check(isKey, `a key of at most ${LONGEST_KEY_BYTES} bytes`));

function isKey(given: string): boolean {
  // No unit of UTF-16 takes more than three bytes.
  return given.length * 3 <= LONGEST_KEY_BYTES || Buffer.byteLength(given) <= LONGEST_KEY_BYTES;
}

/** One element with at least these nodes; a repeated one is a list. */
function element<T extends v.ObjectEntries>(entries: T) {
  return v.pipe(
    v.custom<Record<string, unknown>>((node) => isElement(node as XmlNode), 'one element'),
    v.object(entries),
  );
}

const place = { Bucket: v.optional(word), BucketId: v.optional(word), Region: v.optional(word) };
const output = element({ ...place, Object: v.optional(key) });

/** The nodes that we act on or keep as keys. They are judged alone: the job is kept as it came, with whatever else it holds. */
const job = v.object({
  JobId: v.pipe(text, v.regex(JOB_ID, '1 to 64 letters, digits, - and _')),
  State: v.pipe(word, v.nonEmpty('a word')),
  Code: v.optional(v.pipe(text, v.maxLength(LONGEST_CODE, `at most ${LONGEST_CODE} letters`))),
  Message: v.optional(text),
  Tag: v.optional(word),
  QueueId: v.optional(word),
  Progress: v.optional(word),
  CreationTime: v.optional(word),
  StartTime: v.optional(word),
  EndTime: v.optional(word),
  Input: v.optional(element({ ...place, Object: v.optional(key) })),
  Operation: v.optional(
    element({
      // Lazily, so that what is wrong is told of the element, and not of a choice of two.
      Output: v.optional(v.lazy((node) => (node === '' ? v.literal('') : output))),
      UserData: v.optional(text),
    }),
  ),
  Workflow: v.optional(element({})),
});

/** Nodes that are elements in our types: CI leaves them out, or leaves them empty. */
const ELEMENTS = ['Input', 'Operation', 'Workflow'] as const;

/** Narrows one JobsDetail. @throws XmlError, naming the node */
export function toJob(node: XmlNode): Job {
  if (!isElement(node)) throw new XmlError('JobsDetail: expected elements, got text');
  const given: XmlElement = { ...node };
  for (const name of ELEMENTS) if (given[name] === '') given[name] = {};
  for (const name of ['JobId', 'State']) {
    if (given[name] === undefined) throw new XmlError(`${name}: expected in every job, got none`);
  }
  const checked = v.safeParse(job, given, { abortEarly: true });
  if (checked.success) return given as Job;
  const [issue] = checked.issues;
  throw new XmlError(`${v.getDotPath(issue) ?? 'JobsDetail'}${whose(given)}: expected ${issue.message}`);
}

function whose({ JobId }: XmlElement): string {
  return typeof JobId === 'string' && JOB_ID.test(JobId) ? ` of ${JobId}` : '';
}
