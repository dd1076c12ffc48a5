import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { scf } from 'tencentcloud-sdk-nodejs-scf';
import { afterEach, beforeEach, describe, expect, test as it, vi } from 'vitest';
import { type StandIn, startScf } from '../../../emulators/scf-api/start-scf.ts';
import { clientConfig, scfClient, stsClient } from '../../worlds/official-client.ts';
import { refusalCode } from './refusal-code.ts';

let standIn: StandIn;

beforeEach(async () => {
  standIn = await startScf();
});

afterEach(async () => {
  vi.useRealTimers();
  await standIn.close();
});

const NOTHING = { TotalCount: 0, Functions: [] };

describe('the official client is', () => {
  it('let in with the right key', async () => {
    expect(await scfClient(standIn).ListFunctions({})).toMatchObject(NOTHING);
    expect(await stsClient(standIn).GetCallerIdentity()).toMatchObject({ AccountId: '1250000000' });
  });

  it('let in by address, though it then signs the first number as its service', async () => {
    const config = clientConfig('scf', standIn, standIn.credentials);
    const httpProfile = { ...config.profile.httpProfile, endpoint: `127.0.0.1:${standIn.port}` };
    const client = new scf.v20180416.Client({ ...config, profile: { httpProfile } });
    expect(await client.ListFunctions({})).toMatchObject(NOTHING);
  });

  it('refused with a wrong secret', async () => {
    const credentials = { ...standIn.credentials, secretKey: randomBytes(16).toString('hex') };
    const call = scfClient(standIn, credentials).ListFunctions({});
    expect(await refusalCode(call)).toBe('AuthFailure.SignatureFailure');
    expect(standIn.calls).toEqual([]);
  });

  it('refused with an unknown key', async () => {
    const credentials = { ...standIn.credentials, secretId: randomBytes(8).toString('hex') };
    const call = scfClient(standIn, credentials).ListFunctions({});
    expect(await refusalCode(call)).toBe('AuthFailure.SecretIdNotFound');
  });

  it.each([-301, 301])('refused %i seconds off the hour', async (seconds) => {
    const headers = await signedHeaders(seconds);
    expect(await send(headers, '{}')).toBe('AuthFailure.SignatureExpire');
  });

  it.each([-299, 299])('let in %i seconds off the hour', async (seconds) => {
    const headers = await signedHeaders(seconds);
    expect(await send(headers, '{}')).toBe('');
  });

  it('refused for another region', async () => {
    const call = scfClient({ ...standIn, region: 'ap-shanghai' }).ListFunctions({});
    expect(await refusalCode(call)).toBe('UnsupportedRegion');
  });
});

describe('temporary keys', () => {
  it('need their token', async () => {
    const temporary = await startScf({ token: randomBytes(8).toString('hex') });
    try {
      const { secretId, secretKey } = temporary.credentials;
      expect(await scfClient(temporary).ListFunctions({})).toMatchObject(NOTHING);
      const wrong = { secretId, secretKey, token: randomBytes(8).toString('hex') };
      for (const credentials of [{ secretId, secretKey }, wrong]) {
        const call = scfClient(temporary, credentials).ListFunctions({});
        expect(await refusalCode(call)).toBe('AuthFailure.TokenFailure');
      }
    } finally {
      await temporary.close();
    }
  });
});

describe('a request that was signed well is refused with', () => {
  it.each([
    ['another body', {}, '{"Limit":1}', 'AuthFailure.SignatureFailure'],
    ['another type of content', { 'content-type': 'text/plain' }, '{}', 'AuthFailure.SignatureFailure'],
    ['another host', { host: 'sts.tencentcloudapi.com' }, '{}', 'AuthFailure.SignatureFailure'],
    ['no signature', { authorization: '' }, '{}', 'AuthFailure.InvalidAuthorization'],
    ['an action that does not exist', { 'x-tc-action': 'ListFunction' }, '{}', 'InvalidAction'],
    ['a version that does not exist', { 'x-tc-version': '2018-04-17' }, '{}', 'NoSuchVersion'],
  ])('%s', async (_, changed, body, code) => {
    expect(await send({ ...(await signedHeaders()), ...changed }, body)).toBe(code);
  });
});

/** The headers that the official client sends with ListFunctions and `{}`, signed so many seconds from now. */
async function signedHeaders(seconds = 0): Promise<OutgoingHttpHeaders> {
  let headers: OutgoingHttpHeaders = {};
  const recorder = createServer((incoming, outgoing) => {
    headers = incoming.headers;
    outgoing.end('{"Response":{}}');
  });
  await new Promise<void>((resolve) => recorder.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = recorder.address() as AddressInfo;
    const nowMs = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: nowMs + seconds * 1000 });
    await scfClient({ ...standIn, port }).ListFunctions({});
    // From here on time stands still, until the test is over: whoever is slow is no older for it.
    vi.setSystemTime(nowMs);
  } finally {
    recorder.close();
  }
  return headers;
}

/** The code of the answer; empty when it is no refusal. */
async function send(headers: OutgoingHttpHeaders, body: string): Promise<string> {
  const outgoing = request({ port: standIn.port, host: '127.0.0.1', method: 'POST', headers });
  outgoing.setHeader('content-length', body.length);
  outgoing.end(body);
  const [incoming] = await once(outgoing, 'response');
  return Object(await json(incoming)).Response.Error?.Code ?? '';
}
