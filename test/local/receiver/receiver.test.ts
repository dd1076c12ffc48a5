import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReceiverEntry } from '../../../local/receiver/receiver-entry.ts';
import { type Receiver, startReceiver } from '../../../local/receiver/start-receiver.ts';
import { jobEvent, signedHeaders } from './signed-event.ts';

let receiver: Receiver;
let entries: ReceiverEntry[];

beforeEach(async () => {
  entries = [];
  receiver = await startReceiver((entry) => entries.push(entry));
});
afterEach(() => receiver.close());

function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Response> {
  return fetch(receiver.url, { method: 'POST', body, headers });
}

/** Sends a text that is signed as it should be. */
function postSigned(body: string, changes: Record<string, string> = {}): Promise<Response> {
  return post(body, { ...signedHeaders(receiver.secret, 'e1', body), ...changes });
}

const verified = () => entries.filter((entry) => entry.verified);
const event = JSON.stringify(jobEvent({ id: 'e1' }));

it('a signed event is accepted, and told with its job and its objects', async () => {
  expect((await postSigned(event)).status).toBe(204);
  expect(entries).toEqual([
    {
      kind: 'event',
      verified: true,
      repeat: false,
      id: 'e1',
      type: 'jobwatch.job.succeeded',
      subject: 'j1',
      input: 'clips/a.mp4',
      output: 'gifs/a.gif',
    },
  ]);
});

it('an event that comes again is accepted again and told to be a repeat', async () => {
  await postSigned(event);
  expect((await postSigned(event)).status).toBe(204);
  expect(entries).toMatchObject([{ repeat: false }, { repeat: true }]);
});

it('an event that was refused at first is no repeat', async () => {
  await postSigned(event, { 'webhook-signature': 'v1,' });
  await postSigned(event);
  expect(entries).toMatchObject([{ verified: false }, { verified: true, repeat: false }]);
});

it('one right signature among several is enough, as while a secret is replaced', async () => {
  const [before, now] = [anotherSecret(), receiver.secret].map(
    (secret) => signedHeaders(secret, 'e1', event)['webhook-signature'],
  );
  expect((await postSigned(event, { 'webhook-signature': `${before} ${now}` })).status).toBe(204);
});

it('a finished job is told with the object that it made, one under way with none whose name is not known yet', async () => {
  const Watch = { Input: {}, Output: { Object: 'gifs/a.${ext}' } };
  const OutputFile = { ObjectPrefix: 'gifs/', ObjectName: ['a.gif'] };
  for (const Operation of [{ MediaResult: { OutputFile } }, { MediaResult: '' }]) {
    await postSigned(changed({ data: { Watch, Job: { Operation } } }));
  }
  expect(entries).toMatchObject([{ output: 'gifs/a.gif' }, { output: undefined }]);
});

it('an event of which nothing but the attributes is known is accepted', async () => {
  const body = JSON.stringify(
    jobEvent({ id: 'e1', data: { Watch: { Input: {}, Output: null }, Job: null } }),
  );
  expect((await postSigned(body)).status).toBe(204);
  expect(entries).toMatchObject([{ verified: true, input: undefined, output: undefined }]);
});

it('an event about Jobwatch itself is accepted', async () => {
  await postSigned(
    JSON.stringify(jobEvent({ id: 'e1', type: 'jobwatch.rule.braked', data: { Rule: 'clips' } })),
  );
  expect(entries).toMatchObject([{ verified: true, type: 'jobwatch.rule.braked', input: undefined }]);
});

describe('what is not signed as it should be is 401', () => {
  it('a body changed in one byte', async () => {
    const headers = signedHeaders(receiver.secret, 'e1', event);
    expect((await post(event.replace('gifs/a.gif', 'gifs/b.gif'), headers)).status).toBe(401);
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s', async (name) => {
    const headers = Object.entries(signedHeaders(receiver.secret, 'e1', event));
    const response = await post(event, Object.fromEntries(headers.filter(([header]) => header !== name)));
    expect(response.status).toBe(401);
  });

  it('under another id', async () => {
    expect((await postSigned(event, { 'webhook-id': 'e2' })).status).toBe(401);
  });

  it('with another secret', async () => {
    expect((await post(event, signedHeaders(anotherSecret(), 'e1', event))).status).toBe(401);
  });

  it.each([-600, 600])('at a time %d s from now', async (shift) => {
    const seconds = Math.floor(Date.now() / 1000) + shift;
    expect((await post(event, signedHeaders(receiver.secret, 'e1', event, seconds))).status).toBe(401);
  });

  afterEach(() => {
    expect(entries).toMatchObject([{ verified: false, status: 401 }]);
  });
});

describe('what is signed and no event of ours is refused with a reason', () => {
  it.each([
    ['not JSON', 'not JSON', 400, /JSON/],
    ['no object', 'null', 400, /the event/],
    ['another version', changed({ specversion: '0.3' }), 400, /specversion/],
    ['no id', changed({ id: undefined }), 400, /^id/],
    ['an id that is not the webhook-id', changed({ id: 'e2' }), 400, /webhook-id/],
    ['no type', changed({ type: undefined }), 400, /type/],
    ['no source', changed({ source: undefined }), 400, /source/],
    ['a time that is none', changed({ time: 'yesterday' }), 400, /CloudEvent/],
    ['an attribute that may not be', changed({ 'No-Such': 'x' }), 400, /CloudEvent/],
    ['an attribute that hides a method', changed({ validate: 'x' }), 400, /CloudEvent/],
    ['no data', changed({ data: undefined }), 400, /data/],
    [
      'an object without a name',
      changed({ data: { Watch: { Input: { Object: 7 } } } }),
      400,
      /Input\.Object/,
    ],
  ])('%s', async (_, body, status, reason) => {
    const response = await postSigned(body);
    expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(reason)]);
    expect(verified()).toEqual([]);
  });

  it('another Content-Type', async () => {
    expect((await postSigned(event, { 'content-type': 'application/json' })).status).toBe(415);
    expect(verified()).toEqual([]);
  });

  it('bytes that are no UTF-8: a signature over what they are read as would hold for others too', async () => {
    const bytes = new Uint8Array([0x22, 0xff, 0x22]);
    expect((await post(bytes, signedHeaders(receiver.secret, 'e1', '"\ufffd"'))).status).toBe(400);
  });
});

it('an event of 256 KB is accepted, one byte more is 413', async () => {
  const largest = event.padEnd(256 * 1024);
  expect((await postSigned(largest)).status).toBe(204);
  expect((await postSigned(`${largest} `)).status).toBe(413);
  expect(entries).toMatchObject([{ verified: true }, { verified: false, status: 413 }]);
});

it('other methods are 405, other paths 404', async () => {
  const got = await fetch(receiver.url);
  expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  expect((await fetch(new URL('/', receiver.url), { method: 'POST' })).status).toBe(404);
});

it('it listens on 127.0.0.1 alone', async () => {
  const elsewhere = receiver.url.replace('127.0.0.1', '127.0.0.2');
  await expect(fetch(elsewhere)).rejects.toThrow();
});

it('what it tells never holds the secret', async () => {
  await postSigned(event);
  await postSigned(event, { 'webhook-signature': 'v1,' });
  expect(JSON.stringify(entries)).not.toContain(receiver.secret.slice('whsec_'.length));
});

function anotherSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

function changed(changes: Record<string, unknown>): string {
  return JSON.stringify(jobEvent({ id: 'e1', ...changes }));
}
