import * as v from 'valibot';
import { documented, type JsonSchemaText } from '../ci/documented.ts';
import { OPEN_STATES, TERMINAL_STATES } from '../ci/job-state.ts';
import { MAX_KEY_BYTES } from '../ci/object-write.ts';
import { JOB_ID, JOB_TAG } from '../ci/xml/parse-jobs.ts';

/** The most jobs that one of our requests may name. */
export const MAX_JOB_IDS = 100;
/** The longest that `?wait=` may ask for. */
const MAX_WAIT_SECONDS = 20;
const DEFAULT_PAGE = 50;
const MAX_PAGE = 200;
/** The most jobs on one page of CI's list [doc]. */
const MAX_CI_PAGE = 100;
const MAX_IDEMPOTENCY_KEY = 255;
/** States or codes in one filter. */
const MAX_WORDS = 20;

const STATE = /^[A-Za-z]{1,64}$/;
const CODE = /^[^,\0]{1,200}$/;
const BUCKET = /^[a-z0-9-]{1,63}$/;
const RULE = /^[a-z][a-z0-9-]{0,59}$/;
const ENDPOINT = /^[a-z][a-z0-9-]{0,31}$/;
const DELIVERY = /^[\w.-]{1,200}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A text of a form. */
export const textParameter = (form: RegExp, expected: string) =>
  v.pipe(v.string(expected), v.regex(form, expected));

/** One of these words. */
export const wordParameter = <const Words extends readonly string[]>(words: Words) =>
  v.picklist(words, `one of ${words.join(', ')}`);

/** A whole number within bounds, from text. */
export const numberParameter = (least: number, most: number, expected = `${least} to ${most}`) =>
  v.pipe(
    v.string(expected),
    v.check((text) => /^\d{1,12}$/.test(text) && Number(text) >= least && Number(text) <= most, expected),
    documented({ type: 'integer', minimum: least, maximum: most }),
    v.transform(Number),
  );

/** A comma separated list of what `item` takes, each once, in the order asked. */
const listParameter = (item: RegExp, most: number, expected: string, items: JsonSchemaText) =>
  v.pipe(
    v.string(expected),
    documented({ type: 'array', items, minItems: 1, maxItems: most }),
    v.transform((text) => [...new Set(text.split(','))]),
    v.maxLength(most, expected),
    v.everyItem((text) => item.test(text), expected),
  );

/** A list of words, such as `state=Running,Pause`. */
export const wordListParameter = <const Words extends readonly string[]>(words: Words) => {
  const expected = `a comma list of ${words.join(', ')}`;
  const known: readonly string[] = words;
  return v.pipe(
    v.string(expected),
    v.check((text) => text.split(',').every((word) => known.includes(word)), expected),
    documented({ type: 'array', items: { type: 'string', enum: [...words] }, minItems: 1 }),
    v.transform((text) => [...new Set(text.split(','))] as Words[number][]),
  );
};

/** A time, as RFC 3339 writes it. A `+` in a query may arrive as a space. */
export const time = v.pipe(
  v.string('a time such as 2026-01-01T00:00:00Z'),
  documented({ type: 'string', format: 'date-time' }),
  v.transform((text) => text.replace(' ', '+')),
  v.check(
    (text) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) &&
      !Number.isNaN(Date.parse(text)),
    'a time such as 2026-01-01T00:00:00Z',
  ),
  v.transform((text) => new Date(text)),
);

const jobIdWords = '1 to 64 letters, digits, - and _';
export const jobId = textParameter(JOB_ID, jobIdWords);
/** `/jobs/a,b` */
export const jobIds = listParameter(
  JOB_ID,
  MAX_JOB_IDS,
  `1 to ${MAX_JOB_IDS} ids of ${jobIdWords} each, comma separated`,
  { type: 'string', pattern: JOB_ID.source },
);
/** The most watches whose previews one request may ask for: a page of rows. */
const MAX_PREVIEWS = 50;
export const previewIds = listParameter(
  JOB_ID,
  MAX_PREVIEWS,
  `1 to ${MAX_PREVIEWS} ids of ${jobIdWords} each, comma separated`,
  { type: 'string', pattern: JOB_ID.source },
);
export const intentId = textParameter(UUID, 'the id of a submission');
export const retryId = textParameter(UUID, 'the Id of an order to retry');
export const backfillId = textParameter(UUID, 'the Id of a backfill');
export const ruleName = textParameter(RULE, 'the name of a rule');
export const endpointName = textParameter(ENDPOINT, 'the name of an endpoint');
export const deliveryId = textParameter(DELIVERY, 'the Id of a delivery');
export const jobTag = textParameter(JOB_TAG, 'a kind of job, such as Animation');
const queueId = textParameter(JOB_ID, 'the id of a queue: p and 32 hex digits');
/** What a list of watches is narrowed down to: states of CI, and of submissions. */
export const states = listParameter(
  STATE,
  MAX_WORDS,
  `a comma list of at most ${MAX_WORDS} states such as Running, or Pending`,
  { type: 'string', pattern: STATE.source },
);
/** No list of job-level codes is published [doc]. */
export const codes = listParameter(CODE, MAX_WORDS, `a comma list of at most ${MAX_WORDS} codes of jobs`, {
  type: 'string',
  pattern: CODE.source,
});
export const bucketName = textParameter(BUCKET, 'a bucket such as media-1250000000');
export const trueOrFalse = v.pipe(
  wordParameter(['true', 'false']),
  v.transform((text) => text === 'true'),
);
/** A key, or, ending in `*`, how it begins; every other character as it is. */
export const keyOrPrefix = v.pipe(
  v.string('a key, or how it begins and *'),
  v.regex(/^[^\0]*$/, 'a key, or how it begins and *'),
  v.maxLength(MAX_KEY_BYTES, `at most ${MAX_KEY_BYTES} characters`),
);

/** Which bucket a request is about; only those of CI_BUCKETS are served. */
export const bucket = {
  bucket: v.exactOptional(v.string('a bucket such as media-1250000000')),
  region: v.exactOptional(v.string('a region such as ap-guangzhou')),
};

/** A page of a list of ours. */
export const page = {
  limit: v.optional(numberParameter(1, MAX_PAGE), String(DEFAULT_PAGE)),
  cursor: v.exactOptional(v.string('the NextCursor of an earlier answer')),
};

/** How long to hold the answer for jobs to end, in milliseconds. */
const waitWords = `seconds, 0 to ${MAX_WAIT_SECONDS}`;
export const wait = v.pipe(
  v.string(waitWords),
  v.check((text) => /^\d+(\.\d+)?$/.test(text) && Number(text) <= MAX_WAIT_SECONDS, waitWords),
  documented({ type: 'number', minimum: 0, maximum: MAX_WAIT_SECONDS }),
  v.transform((text) => Number(text) * 1000),
);

const CI_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(?:(Z)|([+ -]\d\d):?(\d\d))$/;
const ciTimeWords = 'a time such as 2026-01-01T00:00:00+0800';
/** RFC 3339 or CI's own form, read as CI's: no colon in the offset. A `+` in a query may arrive as a space. */
const ciTime = v.pipe(
  v.string(ciTimeWords),
  v.check((text) => {
    const [, at] = CI_TIME.exec(text) ?? [];
    return at !== undefined && !Number.isNaN(Date.parse(`${at}Z`));
  }, ciTimeWords),
  documented({ type: 'string', pattern: CI_TIME.source }),
  v.transform((text) => {
    const [, at, utc, hours = '+00', minutes = '00'] = CI_TIME.exec(text) ?? [];
    return utc ? `${at}+0000` : `${at}${hours.replace(' ', '+')}${minutes}`;
  }),
);

const STATES = ['All', ...OPEN_STATES, ...TERMINAL_STATES] as const;

/** The parameters of CI's own list, by the documented limits. */
export const ciList = {
  tag: jobTag,
  states: v.exactOptional(
    v.pipe(
      wordListParameter(STATES),
      v.transform((states) => states.join(',')),
    ),
  ),
  queueId: v.exactOptional(queueId),
  size: v.exactOptional(v.pipe(numberParameter(1, MAX_CI_PAGE), v.transform(String))),
  nextToken: v.exactOptional(v.string('the NextToken of an earlier answer')),
  orderByTime: v.exactOptional(v.picklist(['Desc', 'Asc'], 'Desc or Asc')),
  startCreationTime: v.exactOptional(ciTime),
  endCreationTime: v.exactOptional(ciTime),
  inputObject: v.exactOptional(v.string('the key of a clip')),
};

/** The header that makes a submission happen once. */
export const idempotencyKey = v.exactOptional(
  v.pipe(
    v.string(`1 to ${MAX_IDEMPOTENCY_KEY} printable ASCII characters`),
    v.regex(/^[ -~]+$/, `1 to ${MAX_IDEMPOTENCY_KEY} printable ASCII characters`),
    v.maxLength(MAX_IDEMPOTENCY_KEY, `1 to ${MAX_IDEMPOTENCY_KEY} printable ASCII characters`),
  ),
);
