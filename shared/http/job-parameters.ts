import type { Bucket } from '../ci/bucket.ts';
import type { ListQuery } from '../ci/client/create-client.ts';
import { InvalidField, show } from '../ci/invalid-field.ts';
import { OPEN_STATES, TERMINAL_STATES } from '../ci/job-state.ts';
import { JOB_ID, JOB_TAG } from '../ci/xml/parse-jobs.ts';
import type { HttpRequest } from './http-request.ts';
import { segmentOf } from './path-segment.ts';

/** The most jobs that one of our requests may name. */
export const MAX_JOB_IDS = 100;
/** The longest that `?wait=` may ask for. */
const MAX_WAIT_SECONDS = 20;
/** The most jobs on one page of CI's list [doc]. */
const MAX_PAGE_SIZE = 100;

export const BUCKET_PARAMETERS = ['bucket', 'region'] as const;
export const LIST_PARAMETERS = [
  'tag',
  'states',
  'queueId',
  'size',
  'nextToken',
  'orderByTime',
  'startCreationTime',
  'endCreationTime',
  'inputObject',
] as const;

type Query<Name extends string> = Partial<Record<Name, string>>;

/** The ids of `/jobs/{ids}`: up to 100, comma separated, each once, in the order asked. @throws InvalidField */
export function jobIdsOf(request: HttpRequest): string[] {
  const ids = segmentOf(request, 'ids').split(',');
  const wrong = ids.find((id) => !JOB_ID.test(id));
  if (wrong !== undefined)
    throw new InvalidField('ids', `1 to 64 letters, digits, - and _ each`, show(wrong));
  if (ids.length > MAX_JOB_IDS) throw new InvalidField('ids', `at most ${MAX_JOB_IDS} ids`, `${ids.length}`);
  return [...new Set(ids)];
}

/** The id of `/watches/{id}`. @throws InvalidField */
export function jobIdOf(request: HttpRequest): string {
  const id = segmentOf(request, 'id');
  if (!JOB_ID.test(id)) throw new InvalidField('id', '1 to 64 letters, digits, - and _', show(id));
  return id;
}

/** The bucket that a request names by `bucket` or `region`, or the default; only configured ones are served. */
export function bucketOf(query: Query<'bucket' | 'region'>, buckets: readonly [Bucket, ...Bucket[]]): Bucket {
  const { bucket, region } = query;
  if (bucket === undefined && region === undefined) return buckets[0];
  const named = buckets.find(
    (known) => known.name === (bucket ?? known.name) && known.region === (region ?? known.region),
  );
  if (named) return named;
  const names = buckets.map((known) => `${known.name} in ${known.region}`).join(', ');
  const got = [bucket, region].filter((part) => part !== undefined).join(' in ');
  throw new InvalidField(bucket === undefined ? 'region' : 'bucket', `one of ${names}`, show(got));
}

/** `?wait=` in milliseconds, 0 when absent. */
export function waitMsOf(query: Query<'wait'>): number {
  const { wait = '0' } = query;
  if (!/^\d+(\.\d+)?$/.test(wait) || Number(wait) > MAX_WAIT_SECONDS) {
    throw new InvalidField('wait', `seconds, 0 to ${MAX_WAIT_SECONDS}`, show(wait));
  }
  return Number(wait) * 1000;
}

/** @throws InvalidField unless `?cancel` is there: it is all that PUT can do to a job, and has no value */
export function cancelIsNamed(request: HttpRequest): void {
  if (!('cancel' in request.query))
    throw new InvalidField('cancel', 'PUT /jobs/{ids}?cancel', show(undefined));
}

const STATES: readonly string[] = ['All', ...OPEN_STATES, ...TERMINAL_STATES];

/** The parameters of CI's own list, checked by the documented limits. */
export function listQueryOf(query: Query<(typeof LIST_PARAMETERS)[number]>): ListQuery {
  const { tag, states, queueId, size, nextToken, orderByTime, inputObject } = query;
  const startCreationTime = ciTime('startCreationTime', query.startCreationTime);
  const endCreationTime = ciTime('endCreationTime', query.endCreationTime);
  if (tag === undefined || !JOB_TAG.test(tag)) {
    throw new InvalidField('tag', 'a kind of job, such as Animation', show(tag));
  }
  if (states !== undefined && !states.split(',').every((state) => STATES.includes(state))) {
    throw new InvalidField('states', `a comma list of ${STATES.join(', ')}`, show(states));
  }
  if (queueId !== undefined && !JOB_ID.test(queueId)) {
    throw new InvalidField('queueId', 'the id of a queue: p and 32 hex digits', show(queueId));
  }
  if (size !== undefined && !(/^\d{1,3}$/.test(size) && Number(size) >= 1 && Number(size) <= MAX_PAGE_SIZE)) {
    throw new InvalidField('size', `1 to ${MAX_PAGE_SIZE}`, show(size));
  }
  if (orderByTime !== undefined && orderByTime !== 'Desc' && orderByTime !== 'Asc') {
    throw new InvalidField('orderByTime', 'Desc or Asc', show(orderByTime));
  }
  return {
    tag,
    ...(states === undefined ? {} : { states }),
    ...(queueId === undefined ? {} : { queueId }),
    ...(size === undefined ? {} : { size }),
    ...(nextToken === undefined ? {} : { nextToken }),
    ...(orderByTime === undefined ? {} : { orderByTime }),
    ...(startCreationTime === undefined ? {} : { startCreationTime }),
    ...(endCreationTime === undefined ? {} : { endCreationTime }),
    ...(inputObject === undefined ? {} : { inputObject }),
  };
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(?:(Z)|([+ -]\d\d):?(\d\d))$/;

/** Takes RFC 3339 or CI's own form, and gives CI's: no colon in the offset. A `+` in a query may arrive as a space. */
function ciTime(field: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [, time, utc, hours = '+00', minutes = '00'] = TIME.exec(text) ?? [];
  if (time === undefined || Number.isNaN(Date.parse(`${time}Z`))) {
    throw new InvalidField(field, 'a time such as 2026-01-01T00:00:00+0800', show(text));
  }
  return utc ? `${time}+0000` : `${time}${hours.replace(' ', '+')}${minutes}`;
}
