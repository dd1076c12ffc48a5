import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { loadFunction, loadHandler } from '../worlds/load-function.ts';
import { timeOf } from '../worlds/shift-time.ts';
import { http, jobXml, responseXml, type StubRequest, startStubService } from '../worlds/stub-service.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';
import { startTestDatabase } from '../worlds/test-database.ts';

const CONTEXT = { request_id: 'look', time_limit_in_ms: 20_000 };
const REFUSAL = '<Error><Code>InvalidArgument</Code><Message>The queueId is not valid.</Message></Error>';

/** A submission that names a queue and is never answered; `list` answers the searches for it. */
async function startDoubt(list: (request: StubRequest, ourJob: (tag?: string) => string) => Buffer) {
  const asked: string[] = [];
  let intentId = '';
  const ourJob = (tag = 'Animation') =>
    jobXml('found', { tag, rest: `<Operation><UserData>jw1.${intentId}.0 </UserData></Operation>` });
  const service = await startStubService((request) => {
    const { method, query, socket } = request;
    asked.push(`${method} ${query.get('queueId') ?? ''}`);
    if (method === 'GET') socket.write(list(request, ourJob));
  });
  const database = await startTestDatabase();
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  onTestFinished(async () => {
    await sql.end();
    await database.close();
  });
  const env = { ...service.env, DATABASE_URL: database.url, CI_TIMEOUT_MS: '200', CALLBACK_URL: '' };
  const submit = await loadFunction('api', env);
  const recheck = await loadHandler('recheck', env);
  const Animation = { Container: { Format: 'gif' }, Video: { Codec: 'gif' } };
  const Output = { Region: REGION, Bucket: BUCKET, Object: 'gifs/a.gif' };
  const job = {
    Tag: 'Animation',
    QueueId: 'p1',
    Input: { Object: 'clips/a.mp4' },
    Operation: { Animation, Output },
  };
  const headers = { 'content-type': 'application/json' };
  await submit('/jobs', { method: 'POST', headers, body: JSON.stringify(job), context: CONTEXT });
  intentId = (await sql<{ id: string }[]>`select id from intents`)[0]?.id ?? '';
  const pass = timeOf(database.url);
  return {
    asked,
    sql,
    async look() {
      await pass(400);
      await recheck({ Type: 'Timer' }, CONTEXT);
    },
  };
}

it('a queue that cannot be listed is asked for once, and then the job is found without it', async () => {
  const doubt = await startDoubt(({ query }, ourJob) =>
    query.has('queueId') ? http(REFUSAL, { status: '400 Bad Request' }) : http(responseXml(ourJob())),
  );
  await doubt.look();
  expect(await doubt.sql`select state from intents`).toEqual([{ state: 'submitted' }]);
  expect(doubt.asked.slice(0, 3)).toEqual(['POST ', 'GET p1', 'GET ']);
});

it('a job of ours that is listed but cannot be read is no job that is not there: it is not submitted again', async () => {
  const doubt = await startDoubt((_, ourJob) =>
    http(responseXml(ourJob('x'.repeat(2000)), jobXml('another'))),
  );
  for (let times = 0; times < 4; times += 1) await doubt.look();
  expect(doubt.asked.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  const [intent] = await doubt.sql`select state, last_error from intents`;
  expect(intent).toEqual({
    state: 'doubtful',
    last_error: expect.stringMatching(/^BadAnswer: .*cannot be read/),
  });
});
