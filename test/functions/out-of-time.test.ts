import { expect, it } from 'vitest';
import { createClient } from '../../shared/ci/client/create-client.ts';
import { systemClock } from '../../shared/clock.ts';
import { handler } from '../../shared/http/handler.ts';
import { httpFunction } from '../../shared/http/http-function.ts';
import { route } from '../../shared/http/route.ts';
import { eventFunction } from '../../shared/scf/event-function.ts';
import { logged } from '../worlds/logged.ts';
import { startStubService } from '../worlds/stub-service.ts';
import { BUCKET, CREDENTIALS, REGION } from '../worlds/test-cloud.ts';

const CONTEXT = { request_id: 'late', time_limit_in_ms: 400 };
const LEFT = 'the function ran out of its time; Cloud Infinite was being asked: DescribeMediaJob';

/** Work that forgets its deadline: it asks a service that never answers, and waits for a minute. */
async function startForgetful() {
  const service = await startStubService(() => undefined);
  const ci = createClient({
    ...systemClock,
    endpoint: new URL(service.url),
    timeoutMs: 60_000,
    credentials: () => CREDENTIALS,
  });
  const abort = new AbortController();
  const call = { deadlineMs: Date.now() + 60_000, signal: abort.signal };
  const asking = ci.describeJobs({ name: BUCKET, region: REGION }, ['j1'], call);
  asking.catch(() => undefined);
  return { asking, abort };
}

it('a timer that forgets its deadline fails before the platform kills it, and says what it left', async () => {
  const lines = logged();
  const { asking, abort } = await startForgetful();
  const timer = eventFunction(() => asking, { logLevel: 'info' }, systemClock);
  await expect(timer({}, CONTEXT)).rejects.toThrow(LEFT);
  expect(lines()).toMatchObject([{ level: 'error', requestId: 'late', error: { message: LEFT } }]);
  abort.abort();
});

it('an HTTP function that forgets its deadline answers 504, and says what it left', async () => {
  logged();
  const { asking, abort } = await startForgetful();
  const handle = async () => {
    await asking;
    throw new Error('it was not to be answered');
  };
  const settings = { access: { open: true }, corsOrigins: [], compress: false, logLevel: 'info' } as const;
  const about = route({ operationId: 'x', method: 'GET', path: '/x', summary: 'x', caller: 'anyone' });
  const httpHandler = httpFunction([handler(about, handle)], settings, systemClock);
  const answer = await httpHandler({ httpMethod: 'GET', path: '/x', headers: {}, queryString: {} }, CONTEXT);
  expect(answer.statusCode).toBe(504);
  expect(JSON.parse(answer.body)).toMatchObject({ code: 'DeadlineExceeded', detail: LEFT });
  abort.abort();
});
