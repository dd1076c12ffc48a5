import * as v from 'valibot';
import { InvalidField, show } from '../ci/invalid-field.ts';
import { parseInput } from '../ci/parse-input.ts';
import { JOB_ID } from '../ci/xml/parse-jobs.ts';
import type { XmlElement } from '../ci/xml/xml-node.ts';
import type { WatchFilter } from '../watch/watch-filter.ts';
import type { HttpRequest } from './http-request.ts';
import { MAX_JOB_IDS } from './job-parameters.ts';
import { pageOf } from './page-parameters.ts';

const OUTCOMES = ['Success', 'Failed', 'Cancel', 'Missing'];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_KEY_LENGTH = 255;

export const WATCH_PARAMETERS = ['state', 'outcome', 'rule', 'intent', 'limit', 'cursor'] as const;

const listOfIds = `a list of 1 to ${MAX_JOB_IDS} job ids`;
const jobId = '1 to 64 letters, digits, - and _';
const watchedJobs = v.strictObject({
  JobIds: v.pipe(
    v.array(v.pipe(v.string(jobId), v.regex(JOB_ID, jobId)), listOfIds),
    v.minLength(1, listOfIds),
    v.maxLength(MAX_JOB_IDS, listOfIds),
  ),
});

/** The parameters of `GET /watches`. @throws InvalidField */
export function watchFilterOf(
  query: Partial<Record<(typeof WATCH_PARAMETERS)[number], string>>,
): WatchFilter {
  const { state, outcome, rule, intent } = query;
  if (state !== undefined && !/^[A-Za-z]{1,64}$/.test(state)) {
    throw new InvalidField('state', 'a state such as Running, or Pending', show(state));
  }
  if (rule !== undefined && !/^[a-z][a-z0-9-]{0,59}$/.test(rule)) {
    throw new InvalidField('rule', 'the name of a rule', show(rule));
  }
  if (outcome !== undefined && !OUTCOMES.includes(outcome)) {
    throw new InvalidField('outcome', `one of ${OUTCOMES.join(', ')}`, show(outcome));
  }
  if (intent !== undefined && !UUID.test(intent)) {
    throw new InvalidField('intent', 'the id of a submission', show(intent));
  }
  return {
    ...pageOf(query),
    ...(state === undefined ? {} : { state }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(rule === undefined ? {} : { rule }),
    ...(intent === undefined ? {} : { intent }),
  };
}

/** The body of `POST /watches`: `{ "JobIds": ["…"] }`, up to 100, each once. @throws InvalidField */
export function watchedIdsOf(body: XmlElement): string[] {
  return [...new Set(parseInput(watchedJobs, body).JobIds)];
}

/** The Idempotency-Key header, if there is one. @throws InvalidField */
export function idempotencyKeyOf(request: HttpRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key !== undefined && (!/^[ -~]+$/.test(key) || key.length > MAX_KEY_LENGTH)) {
    throw new InvalidField(
      'Idempotency-Key',
      `1 to ${MAX_KEY_LENGTH} printable ASCII characters`,
      `${key.length} characters`,
    );
  }
  return key;
}
