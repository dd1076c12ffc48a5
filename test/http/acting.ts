import type { Answer, Asker } from '../worlds/load-function.ts';
import type { World } from '../worlds/submit-world.ts';

const JSON_BODY = { 'content-type': 'application/json' };

export interface Acted {
  By: string;
  Act: string;
  Subject: string;
  Detail: Record<string, unknown>;
  Result: string;
}

/** What people order by the API. */
export function acting({ submit }: { submit: Asker }) {
  const send = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    submit(path, {
      method,
      headers: { ...(body ? JSON_BODY : {}), ...headers },
      body: body ? JSON.stringify(body) : '',
    });
  return {
    retry: (id: string, body?: object, key?: string): Promise<Answer> =>
      send('POST', `/jobs/${id}/retry`, body, key === undefined ? {} : { 'idempotency-key': key }),
    cancel: (intent: string): Promise<Answer> =>
      submit(`/intents/${intent}`, { method: 'PUT', query: { cancel: '' } }),
    change: (rule: string, body: object): Promise<Answer> => send('PUT', `/rules/${rule}`, body),
    order: (body: object): Promise<Answer> => send('POST', '/retries', body),
    async acts(): Promise<Acted[]> {
      const { json } = await submit('/acts');
      return json['Acts'] as Acted[];
    },
  };
}

/** Ends these jobs at CI, and lets the store know. */
export async function endJobs(world: World, state: string, ids?: readonly string[]): Promise<string[]> {
  const open = (await world.jobsAtCi())
    .filter(({ State }) => State === 'Submitted')
    .map(({ JobId }) => JobId);
  const ending: readonly string[] = ids ?? open;
  for (const id of ending)
    await world.cloud.control('PATCH', `/jobs/${id}`, {
      state,
      ...(state === 'Failed' ? { code: 'Timeout' } : {}),
    });
  // What describe sees is noted in passing, or not when the store is slow just then.
  for (let left: readonly string[] = ending; left.length > 0; ) {
    await world.describe(`/jobs/${left.slice(0, 100).join(',')}`);
    const rows = await world.sql<{ job_id: string }[]>`
      select job_id from watches where outcome = '' and job_id in ${world.sql(left)}`;
    left = rows.map(({ job_id }) => job_id);
  }
  return [...ending];
}
