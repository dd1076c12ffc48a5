import { setImmediate as turn } from 'node:timers/promises';
import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../shared/store/store.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { message, newSender, startRaw } from '../notify/webhook/sending.ts';
import { loadFunction, loadHandler } from '../worlds/load-function.ts';
import { eventOf } from '../worlds/object-events.ts';
import { endpointAt } from '../worlds/receiver.ts';
import { ruleOf } from '../worlds/ruled-world.ts';
import { startStubService } from '../worlds/stub-service.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';
import { startTestDatabase } from '../worlds/test-database.ts';
import { collectGarbage } from './collect-garbage.ts';

/*
 * A service that takes every question and never answers, and a collection of garbage while each is under way. Nothing
 * but its own time-out ends a question then: whoever lost it is killed at the limit of the function.
 */

const TOKEN = 'a-token-of-more-than-20-letters';
const CONTEXT = { request_id: 'gc', time_limit_in_ms: 20_000 };

/** A world whose every question to Cloud Infinite outlives several collections. */
async function startSilence() {
  const asked: string[] = [];
  const service = await startStubService(async ({ method, path }) => {
    asked.push(`${method} ${path}`);
    for (let round = 0; round < 3; round += 1) {
      await turn();
      collectGarbage();
    }
  });
  const database = await startTestDatabase();
  const store = openStore(database.url, Date.now);
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  onTestFinished(async () => {
    await Promise.all([store.close(), sql.end()]);
    await database.close();
  });
  const env = {
    ...service.env,
    DATABASE_URL: database.url,
    CI_TIMEOUT_MS: '200',
    CALLBACK_TOKEN: TOKEN,
    CALLBACK_URL: '',
  };
  const watch = (jobId: string) =>
    store.transaction((tx) => addWatches(tx, [{ jobId, bucket: BUCKET, region: REGION, source: 'submit' }]));
  return { asked, env, sql, watch };
}

it('describe says that Cloud Infinite did not answer', async () => {
  const { env, asked } = await startSilence();
  const describe = await loadFunction('describe', env);
  const { status, json } = await describe('/jobs/j1', { context: CONTEXT });
  expect({ status, code: json['code'] }).toEqual({ status: 504, code: 'NoAnswer' });
  expect(asked).toContain('GET /jobs/j1');
});

it('submit says that the outcome is unknown, and where it will be known', async () => {
  const { env, asked } = await startSilence();
  const submit = await loadFunction('api', env);
  const Animation = { Container: { Format: 'gif' }, Video: { Codec: 'gif' } };
  const Output = { Region: REGION, Bucket: BUCKET, Object: 'gifs/a.gif' };
  const body = JSON.stringify({
    Tag: 'Animation',
    Input: { Object: 'clips/a.mp4' },
    Operation: { Animation, Output },
  });
  const headers = { 'content-type': 'application/json' };
  const answer = await submit('/jobs', { method: 'POST', headers, body, context: CONTEXT });
  expect({ status: answer.status, code: answer.json['code'] }).toEqual({
    status: 504,
    code: 'OutcomeUnknown',
  });
  expect(answer.headers['location']).toMatch(/^\/watches\?intent=[0-9a-f-]{36}$/);
  expect(asked.filter((line) => line === 'POST /jobs')).toHaveLength(1);
});

it('recheck puts the job off and is back', async () => {
  const { env, sql, watch } = await startSilence();
  await watch('j1');
  const recheck = await loadHandler('recheck', env);
  await recheck({ Type: 'Timer' }, CONTEXT);
  const [row] = await sql`select last_error, claim_token from watches where job_id = 'j1'`;
  expect(row).toEqual({ last_error: expect.stringMatching(/^NoAnswer: /), claim_token: null });
});

it('on-object leaves the submission to whoever looks for it', async () => {
  const { env, sql, asked } = await startSilence();
  const onObject = await loadHandler('on-object', env, [ruleOf()]);
  await onObject(eventOf({ key: 'clips/a.mp4' }), CONTEXT);
  expect(await sql`select state from intents`).toEqual([{ state: 'doubtful' }]);
  expect(asked.filter((line) => line === 'POST /jobs')).toHaveLength(1);
});

it('callback answers that it heard', async () => {
  const { env, watch, asked } = await startSilence();
  await watch('j1');
  const callback = await loadFunction('callback', env);
  const body = JSON.stringify({ EventName: 'TaskFinish', JobsDetail: { JobId: 'j1', State: 'Success' } });
  const headers = { 'content-type': 'application/json' };
  const { status } = await callback(`/callbacks/${TOKEN}`, {
    method: 'POST',
    headers,
    body,
    context: CONTEXT,
  });
  expect(status).toBe(204);
  expect(asked).toContain('GET /jobs/j1');
});

it('deliver gives up on an endpoint that never answers', async () => {
  const silent = await startRaw(() => setImmediate(collectGarbage));
  const sender = newSender({ timeoutMs: 200 });
  expect(await sender.post(endpointAt(`http://127.0.0.1:${silent.port}/`), message())).toEqual({
    kind: 'failed',
    reason: '127.0.0.1 did not answer (time is up)',
  });
});
