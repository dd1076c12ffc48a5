import { expect, it } from 'vitest';
import { noteAct } from '../../shared/acts/note-act.ts';
import { systemClock } from '../../shared/clock.ts';
import { createLog } from '../../shared/log.ts';
import { openStore } from '../../shared/store/store.ts';
import { retire } from '../../shared/watch/retire.ts';
import { startWorld } from '../worlds/submit-world.ts';
import type { Acted } from './acting.ts';

it('acts are listed the newest first, each on one page, while others are done', async () => {
  const world = await startWorld();
  const store = openStore(world.databaseUrl, Date.now);
  const act = (subject: number) =>
    store.transaction((sql) =>
      noteAct(sql, { by: 'ann', act: 'job.retry', subject: `j${subject}`, result: 'ordered' }),
    );
  for (let n = 0; n < 7; n += 1) await act(n);
  const seen: string[] = [];
  let cursor = '';
  do {
    const { status, json, headers } = await world.describe('/acts', { query: { limit: '3', cursor } });
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    seen.push(...(json['Acts'] as Acted[]).map(({ Subject }) => Subject));
    cursor = String(json['NextCursor']);
    await act(100);
  } while (cursor !== '');
  expect(seen).toEqual(['j6', 'j5', 'j4', 'j3', 'j2', 'j1', 'j0']);
  await store.close();
});

it('an act that is undone was none', async () => {
  const world = await startWorld();
  const store = openStore(world.databaseUrl, Date.now);
  const undone = store.transaction(async (sql) => {
    await noteAct(sql, { by: 'ann', act: 'rule.pause', subject: 'clips', result: 'paused' });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect((await world.describe('/acts')).json['Acts']).toEqual([]);
  await store.close();
});

it('a job that was canceled is an act of who did it, and one that CI refused to cancel is none', async () => {
  const world = await startWorld();
  const [id = ''] = await world.cloud.jobs('Submitted', 1);
  const cancel = () => world.submit(`/jobs/${id}`, { method: 'PUT', query: { cancel: '' } });
  await world.cloud.faults({ match: 'CancelMediaJob', times: 1, status: 403, code: 'AccessDenied' });
  expect((await cancel()).status).toBe(502);
  expect((await world.describe('/acts')).json['Acts']).toEqual([]);
  expect((await cancel()).status).toBe(204);
  expect((await world.describe('/acts')).json['Acts']).toMatchObject([
    { By: 'local', Act: 'job.cancel', Subject: id, Result: 'canceled' },
  ]);
});

it('acts and orders are removed with the rest', async () => {
  const world = await startWorld();
  const store = openStore(world.databaseUrl, Date.now);
  await store.transaction((sql) => noteAct(sql, { by: 'ann', act: 'a', subject: 's', result: 'r' }));
  await world.sql`
    insert into retries (id, by, count, created_at, ended_at)
    values (gen_random_uuid(), 'ann', 0, jobwatch_now(), jobwatch_now()), (gen_random_uuid(), 'ann', 0, jobwatch_now(), null)`;
  const left = async () => {
    await retire(
      { store, clock: systemClock, log: createLog('error', {}), deadlineMs: Date.now() + 10_000 },
      { days: 30, rules: [] },
    );
    const [row] = await world.sql`
      select (select count(*)::int from acts) as acts, (select count(*)::int from retries) as retries`;
    return row;
  };
  await world.pass(29 * 86_400);
  expect(await left()).toEqual({ acts: 1, retries: 2 });
  await world.pass(2 * 86_400);
  expect(await left()).toEqual({ acts: 0, retries: 1 });
  await store.close();
});

it.each([
  ['limit', { limit: '0' }],
  ['cursor', { cursor: 'x' }],
  ['by', { by: 'ann' }],
])('a wrong %s is refused', async (name, query) => {
  const world = await startWorld();
  const { status, json } = await world.describe('/acts', { query });
  expect([status, json['detail']]).toEqual([400, expect.stringContaining(name)]);
});
