import { expect, test as it } from 'vitest';
import { returned, runFunctions } from '../../worlds/fixture-runtime.ts';

const TELL = `
  export const main_handler = async (_event: unknown, context: Record<string, unknown> & { getRemainingTimeInMillis(): number }) =>
    ({ env: { ...process.env }, context, left: context.getRemainingTimeInMillis(), offset: new Date(0).getTimezoneOffset() });
`;
interface Told {
  env: Record<string, string>;
  context: Record<string, unknown>;
  left: number;
  offset: number;
}

it('a function sees its own variables and credentials, and nothing of the shell or of another function', async () => {
  const runtime = await runFunctions({
    one: { source: TELL, environment: { ONE_ALONE: '1' } },
    two: { source: TELL, environment: { TWO_ALONE: '2' } },
  });
  const { env } = await returned<Told>(runtime.invoke('one', {}));
  expect(env).toMatchObject({ ONE_ALONE: '1', TENCENTCLOUD_SECRETID: 'id', TENCENTCLOUD_SECRETKEY: 'key' });
  const platform = /^(TENCENTCLOUD|SCF)_/;
  expect(
    Object.keys(env)
      .filter((name) => !platform.test(name))
      .sort(),
  ).toEqual(['ONE_ALONE', 'TZ']);
});

it('the clock is UTC', async () => {
  const runtime = await runFunctions({ one: { source: TELL } });
  expect(await returned<Told>(runtime.invoke('one', {}))).toMatchObject({ offset: 0 });
});

it('a warm instance gets the credentials of the day', async () => {
  let credentials: { secretId: string; secretKey: string; sessionToken?: string } = {
    secretId: 'first',
    secretKey: 'k',
    sessionToken: 't',
  };
  const runtime = await runFunctions({ one: { source: TELL } }, { credentials: () => credentials });
  expect((await returned<Told>(runtime.invoke('one', {}))).env).toMatchObject({
    TENCENTCLOUD_SECRETID: 'first',
    TENCENTCLOUD_SESSIONTOKEN: 't',
  });
  credentials = { secretId: 'second', secretKey: 'k' };
  const { env } = await returned<Told>(runtime.invoke('one', {}));
  expect(env['TENCENTCLOUD_SECRETID']).toBe('second');
  expect(env).not.toHaveProperty('TENCENTCLOUD_SESSIONTOKEN');
});

it('the context is the documented one', async () => {
  const runtime = await runFunctions({
    one: { source: TELL, memorySize: 256, timeout: 7, environment: { KEY_NAME: 'v' } },
  });
  const begunMs = performance.now();
  const result = await runtime.invoke('one', {});
  const tookMs = performance.now() - begunMs;
  const { context, left } = await returned<Told>(Promise.resolve(result));
  expect(context).toEqual({
    request_id: result.requestId,
    function_name: 'one',
    function_version: '$LATEST',
    namespace: 'default',
    memory_limit_in_mb: 256,
    time_limit_in_ms: 7000,
    tencentcloud_region: 'ap-guangzhou',
    tencentcloud_appid: expect.stringMatching(/^\d+$/),
    tencentcloud_uin: expect.stringMatching(/^\d+$/),
    environment: '{"KEY_NAME":"v"}',
    callbackWaitsForEmptyEventLoop: true,
  });
  expect(left).toBeGreaterThanOrEqual(Math.floor(7000 - tookMs));
  expect(left).toBeLessThanOrEqual(7000);
});
