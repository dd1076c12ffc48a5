import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type Api, ApiProblem, createApi } from '../../client/client.ts';
import { type Runtime, startRuntime } from '../../emulators/scf/start-runtime.ts';
import { readService } from '../../service/read-service.ts';
import { BUCKET, CREDENTIALS, REGION, startTestCloud, type TestCloud } from '../worlds/test-cloud.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';

const WRITE = 'w'.repeat(20);
const READ = 'r'.repeat(20);

let cloud: TestCloud;
let database: TestDatabase;
let runtime: Runtime;
/** What the client sent last. */
let asked: string;

beforeAll(async () => {
  [cloud, database] = await Promise.all([startTestCloud(), startTestDatabase()]);
  const env = { ...cloud.env, DATABASE_URL: database.url, API_TOKENS: `shop:${WRITE}`, READ_TOKENS: READ };
  const service = readService('serverless.yml', env);
  runtime = await startRuntime({
    port: 0,
    service: { ...service, functions: service.functions.filter(({ name }) => name === 'api') },
    distDir: inject('bundles'),
    credentials: CREDENTIALS,
  });
});
afterAll(async () => {
  await runtime.close();
  await Promise.all([cloud.close(), database.close()]);
});

function apiFor(token: string | undefined): Api {
  return createApi({
    url: runtime.url,
    token: () => token,
    fetch: (url, init) => {
      asked = `${init?.method} ${String(url).replace(runtime.url, '')}`;
      return fetch(url, init);
    },
  });
}

async function problemOf(call: Promise<unknown>): Promise<ApiProblem> {
  const error = await call.then(
    () => new Error('expected a problem, got an answer'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiProblem)) throw error;
  return error;
}

it('lists go as comma lists, in the path and in the query', async () => {
  const api = apiFor(WRITE);
  const ids = await cloud.jobs('Running', 2);
  const { status, body } = await api.describeJobs({ path: { ids } });
  expect(asked).toBe(`GET /jobs/${ids.join(',')}`);
  expect(status).toBe(200);
  expect(body.JobsDetail.map(({ JobId }) => JobId)).toEqual(ids);

  const listed = await api.listJobs({ query: { tag: 'Animation', states: ['Running', 'Submitted'] } });
  expect(asked).toBe('GET /jobs?tag=Animation&states=Running,Submitted');
  expect(listed.body.JobsDetail.map(({ JobId }) => JobId).sort()).toEqual(ids.toSorted());
});

it('what no job is known of is an answer, with its status', async () => {
  const { status, body } = await apiFor(READ).describeJobs({ path: { ids: ['j-unknown'] }, query: {} });
  expect([status, body]).toEqual([404, { JobsDetail: [], NonExistJobIds: ['j-unknown'] }]);
});

it('a job is submitted with its headers and a body, and followed', async () => {
  const api = apiFor(WRITE);
  const submit = () =>
    api.createJobs({
      header: { 'Idempotency-Key': 'once' },
      body: {
        Tag: 'Animation',
        Input: { Object: 'clips/a.mp4' },
        Operation: {
          Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif', Width: 320 } },
          Output: { Region: REGION, Bucket: BUCKET, Object: 'gifs/a.gif' },
        },
      },
    });
  await cloud.control('PUT', '/objects/clips/a.mp4', 'clip').catch(() => undefined);
  const first = await submit();
  expect(first.status).toBe(201);
  expect((await submit()).body).toEqual(first.body);
  const JobId = first.body.JobsDetail[0]?.JobId ?? '';
  expect((await api.getWatch({ path: { id: JobId } })).body).toMatchObject({ JobId, Source: 'submit' });
  const { Watches } = (await api.listWatches({ query: { limit: 1 } })).body;
  expect(Watches.map((watch) => watch.JobId)).toEqual([JobId]);
});

it('a flag stands in the address, and an answer without a body has none', async () => {
  const ids = await cloud.jobs('Submitted', 1);
  const { status, body } = await apiFor(WRITE).cancelJobs({ path: { ids }, query: { bucket: BUCKET } });
  expect(asked).toBe(`PUT /jobs/${ids[0]}?cancel&bucket=${BUCKET}`);
  expect([status, body]).toEqual([204, undefined]);
});

it('what the API refuses is thrown as the problem that it is', async () => {
  const wrong = await problemOf(apiFor(WRITE).describeJobs({ path: { ids: ['a/b'] } }));
  expect(asked).toBe('GET /jobs/a%2Fb');
  expect(wrong.problem).toMatchObject({ status: 400, code: 'InvalidInput', type: '/problems#InvalidInput' });
  expect(wrong.message).toBe(`InvalidInput: ${wrong.problem.detail}`);

  const none = await problemOf(apiFor(undefined).getWatch({ path: { id: 'j1' } }));
  expect(none.problem.status).toBe(401);
  expect(none.headers.get('www-authenticate')).toContain('Bearer');

  const reading = await problemOf(apiFor(READ).cancelJobs({ path: { ids: ['j1'] } }));
  expect(reading.problem).toMatchObject({ status: 403, code: 'Forbidden' });
});

it('a call that is given up ends as fetch does', async () => {
  const given = apiFor(WRITE).getHealth({ signal: AbortSignal.abort() });
  await expect(given).rejects.toMatchObject({ name: 'AbortError' });
});
