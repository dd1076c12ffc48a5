import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CI_HOST,
  COS_HOST,
  errorCode,
  runCloud,
  sign,
  type TestCloud,
  texts,
} from '../../worlds/running-cloud.ts';

let running: TestCloud;
const now = Math.floor(Date.now() / 1000);
const HOSTS = { ci: CI_HOST, cos: COS_HOST };
const URLS = { ci: '/queue', cos: '/clips/none.mp4' };

beforeAll(async () => {
  running = await runCloud();
});
afterAll(() => running.close());

function signed(service: 'ci' | 'cos', keyTime?: string): string {
  return sign('GET', URLS[service], { host: HOSTS[service] }, keyTime);
}

function ask(service: 'ci' | 'cos', authorization: string) {
  return running.call({ url: URLS[service], host: HOSTS[service], authorization });
}

describe.each([
  ['no header', () => '', '401 MissingAuthorization', '403 AccessDenied'],
  ['nonsense', () => 'Bearer x', '401 InvalidAuthorization', '403 InvalidAuthorization'],
  [
    'another algorithm',
    (line: string) => line.replace('=sha1', '=sha256'),
    '401 InvalidAuthorization',
    '403 InvalidAuthorization',
  ],
  [
    'a repeated field',
    (line: string) => `${line}&q-ak=test-id`,
    '401 InvalidAuthorization',
    '403 InvalidAuthorization',
  ],
  [
    'an unknown id',
    (line: string) => line.replace('test-id', 'other-id'),
    '401 SecretidNotExist',
    '403 InvalidAccessKeyId',
  ],
  [
    'a changed signature',
    (line: string) => line.replace(/.$/, (end) => (end === '0' ? '1' : '0')),
    '403 SignatureDoesNotMatch',
    '403 SignatureDoesNotMatch',
  ],
  [
    'a header less in the list',
    (line: string) => line.replace('q-header-list=host', 'q-header-list='),
    '403 SignatureDoesNotMatch',
    '403 SignatureDoesNotMatch',
  ],
])('%s', (_what, change, ci, cos) => {
  it(`is refused by CI: ${ci}`, async () =>
    expect(errorCode(await ask('ci', change(signed('ci'))))).toBe(ci));
  it(`is refused by COS: ${cos}`, async () =>
    expect(errorCode(await ask('cos', change(signed('cos'))))).toBe(cos));
});

describe('the time window', () => {
  it('is expired for CI with SignatureExpired and a Date to correct the clock by', async () => {
    const answer = await ask('ci', signed('ci', `${now - 900};${now - 300}`));
    expect(errorCode(answer)).toBe('401 SignatureExpired');
    expect(Math.abs(Date.parse(answer.headers.date ?? '') - Date.now())).toBeLessThan(60_000);
  });

  it('is expired for COS with AccessDenied, Request has expired, and ServerTime', async () => {
    const answer = await ask('cos', signed('cos', `${now - 900};${now - 300}`));
    expect(errorCode(answer)).toBe('403 AccessDenied');
    expect(texts(answer, 'Message')).toEqual(['Request has expired']);
    expect(texts(answer, 'ServerTime')).toHaveLength(1);
  });

  it('that begins a little ahead is taken, one far ahead is RequestTimeTooSkewed', async () => {
    expect((await ask('ci', signed('ci', `${now + 30};${now + 900}`))).status).toBe(200);
    const answer = await ask('ci', signed('ci', `${now + 600};${now + 900}`));
    expect(errorCode(answer)).toBe('403 RequestTimeTooSkewed');
  });

  it('follows the shifted clock, and so does Date', async () => {
    await running.control('PUT', '/clock', { offsetMs: 3_600_000 });
    const answer = await ask('ci', signed('ci'));
    expect(errorCode(answer)).toBe('401 SignatureExpired');
    expect(Date.parse(answer.headers.date ?? '') - Date.now()).toBeGreaterThan(3_500_000);
    await running.control('PUT', '/clock', { offsetMs: 0 });
    expect((await ask('ci', signed('ci'))).status).toBe(200);
  });
});

it('a bucket that is not here is NoSuchBucket, after the signature was believed', async () => {
  const host = 'other-1250000000.ci.ap-guangzhou.myqcloud.com';
  expect(errorCode(await running.call({ url: '/queue', host }))).toBe('404 NoSuchBucket');
  expect(errorCode(await running.call({ url: '/queue', host, authorization: '' }))).toBe(
    '401 MissingAuthorization',
  );
});

it('answers of CI carry its own request id, errors a trace id', async () => {
  const answer = await ask('ci', '');
  expect(answer.headers['x-ci-request-id']).toBe(texts(answer, 'RequestId')[0]);
  expect(answer.headers['x-ci-trace-id']).toBe(texts(answer, 'TraceId')[0]);
  expect(answer.headers['x-cos-request-id']).toBeUndefined();
  expect((await ask('cos', '')).headers['x-cos-request-id']).toBeDefined();
});

describe('with a temporary token', () => {
  let temporary: TestCloud;
  beforeAll(async () => {
    temporary = await runCloud({ sessionToken: 'tok/en==' });
  });
  afterAll(() => temporary.close());

  it.each(['x-ci-security-token', 'x-cos-security-token'])('CI takes it as %s', async (name) => {
    expect((await temporary.call({ url: '/queue', headers: { [name]: 'tok/en==' } })).status).toBe(200);
  });

  it('CI refuses the pair without it, and with another', async () => {
    expect(errorCode(await temporary.call({ url: '/queue' }))).toBe('403 AccessDenied');
    const headers = { 'x-ci-security-token': 'old' };
    expect(errorCode(await temporary.call({ url: '/queue', headers }))).toBe('403 AccessDenied');
  });

  it('COS knows its own header only', async () => {
    const call = { url: '/', host: COS_HOST };
    expect((await temporary.call({ ...call, headers: { 'x-cos-security-token': 'tok/en==' } })).status).toBe(
      200,
    );
    expect((await temporary.call({ ...call, headers: { 'x-ci-security-token': 'tok/en==' } })).status).toBe(
      403,
    );
  });
});
