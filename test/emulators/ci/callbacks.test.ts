import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeClip } from '../../worlds/clips.ts';
import { COS_HOST, errorCode, runCloud, type TestCloud, texts, xmlOf } from '../../worlds/running-cloud.ts';
import { until } from '../../worlds/until.ts';
import { ended, submit } from './animation-job.ts';
import { startReceiver } from './callback-receiver.ts';

/** Longer than a busy machine takes to answer itself: a callback is made once, and what is given up never comes. */
const PATIENT_MS = 600_000;

let running: TestCloud;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
const log = vi.fn();
beforeEach(async () => {
  log.mockClear();
  [running, receiver] = await Promise.all([
    runCloud({ log, callbackTimeoutMs: PATIENT_MS }),
    startReceiver(),
  ]);
  await hold();
});
afterEach(() => Promise.all([running.close(), receiver.close()]));

const hold = () => running.control('PUT', '/progress', { mode: 'time', queuedMs: 600_000, runningMs: 0 });
const put = (url: string, body: string | Buffer) =>
  running.call({ method: 'PUT', url, host: COS_HOST, body });
const submitWith = (url = receiver.url, format = 'JSON') =>
  submit(running, {
    request: `<CallBack>${url}</CallBack><CallBackFormat>${format}</CallBackFormat>`,
  });
const end = (id: string, state = 'Success') => running.control('PATCH', `/jobs/${id}`, { state });
const callbacks = async () => JSON.parse((await running.control('GET', '/stats')).text).callbacks;
/** What was sent is known to have been sent, or not, once the count says so. */
const untilCounted = (counts: object) => until(async () => expect(await callbacks()).toEqual(counts));

describe('a job that has ended calls back once', () => {
  it.each(['Success', 'Failed', 'Cancel'])('as %s', async (state) => {
    const id = await submitWith();
    await end(id, state);
    await end(id, state === 'Failed' ? 'Success' : 'Failed');
    const [callback] = await receiver.until(1);
    expect(callback).toMatchObject({ method: 'POST', url: '/callbacks/token' });
    expect(JSON.parse(callback?.text ?? '')).toMatchObject({ JobsDetail: { JobId: id, State: state } });
    await untilCounted({ 204: 1 });
  });

  it('when it was cancelled by request', async () => {
    const id = await submitWith();
    await running.call({ method: 'PUT', url: `/jobs/${id}?cancel` });
    expect((await receiver.until(1))[0]?.text).toContain('"State":"Cancel"');
  });

  it('when it was really done, with what was made', async () => {
    await put('/clips/a.mp4', await makeClip());
    await running.control('PUT', '/progress', 'ffmpeg');
    const id = await submitWith();
    const [callback] = await receiver.until(1);
    const answer = await ended(running, id);
    const { JobsDetail } = JSON.parse(callback?.text ?? '');
    expect(JobsDetail.Operation.MediaResult.OutputFile.Md5Info.Md5).toBe(texts(answer, 'Md5')[0]);
    expect(JobsDetail.EndTime).toBe(texts(answer, 'EndTime')[0]);
  });

  it('when the clip is no video, with Code and Message', async () => {
    await put('/clips/a.mp4', 'no video');
    await running.control('PUT', '/progress', 'ffmpeg');
    await submitWith();
    expect(JSON.parse((await receiver.until(1))[0]?.text ?? '').JobsDetail).toMatchObject({
      State: 'Failed',
      Code: 'InvalidMediaFile',
      Message: expect.stringContaining('not a video'),
    });
  });

  it('and not when it asked for none', async () => {
    await end(await submit(running));
    await end(await submitWith());
    await untilCounted({ 204: 1 });
    expect(receiver.received).toHaveLength(1);
  });
});

describe('the body', () => {
  const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');
  const namesOf = (value: unknown) => Object.keys(Object(value)).sort();

  it('as JSON has no root, no empty nodes and single things where lists of one were', async () => {
    await end(await submitWith());
    const [callback] = await receiver.until(1);
    expect(callback?.headers['content-type']).toBe('application/json');
    const { EventName, JobsDetail, ...rest } = JSON.parse(callback?.text ?? '');
    const { Operation, ...detail } = JobsDetail;
    expect([EventName, rest]).toEqual(['TaskFinish', {}]);
    expect(namesOf(detail)).toEqual(namesOf(JSON.parse(fixture('callback-task-finish.json')).JobsDetail));
    expect(callback?.text).not.toMatch(/""|\{\}|\[\]|null/);
    expect(Operation).toMatchObject({ JobLevel: '0', Animation: { Container: { Format: 'gif' } } });
  });

  it('as XML, which it is unless JSON was asked for, has the documented root and its empty nodes', async () => {
    await end(await submit(running, { request: `<CallBack>${receiver.url}</CallBack>` }));
    const [callback] = await receiver.until(1);
    expect(callback?.headers['content-type']).toBe('application/xml');
    const read = (text: string) => Object(xmlOf({ text })['Response']);
    const { Operation, ...detail } = read(callback?.text ?? '').JobsDetail;
    expect(namesOf(detail)).toEqual(namesOf(read(fixture('callback-task-finish.xml')).JobsDetail));
    expect(callback?.text).toContain('<EventName>TaskFinish</EventName><JobsDetail>');
    expect(Operation.JobLevel).toBe('0');
  });
});

describe('a callback that does not arrive is lost', () => {
  it('because nobody listens, nobody answers or the answer is an error', async () => {
    const [silent, broken] = await Promise.all([startReceiver('nothing'), startReceiver(500)]);
    const gone = await startReceiver();
    await gone.close();
    for (const { url } of [broken, gone]) await end(await submitWith(url));
    await untilCounted({ 500: 1, failed: 1 });
    await running.restart({ callbackTimeoutMs: 200 });
    await hold();
    await end(await submitWith(silent.url));
    await untilCounted({ failed: 1 });
    expect(broken.received).toHaveLength(1);
    expect(silent.received.length).toBeLessThan(2);
    expect(JSON.stringify(log.mock.calls)).not.toContain('/callbacks/token');
    await Promise.all([silent.close(), broken.close()]);
  });

  it('because the service stops', async () => {
    const silent = await startReceiver('nothing');
    await running.restart({ callbackTimeoutMs: PATIENT_MS });
    await hold();
    await end(await submitWith(silent.url));
    await silent.until(1);
    await running.restart();
    expect(await callbacks()).toEqual({});
    expect(silent.received).toHaveLength(1);
    await silent.close();
  });

  it('because it is sent elsewhere', async () => {
    const moved = await startReceiver(302);
    await end(await submitWith(moved.url));
    await untilCounted({ 302: 1 });
    expect(moved.received).toHaveLength(1);
    await moved.close();
  });
});

describe('nobody but this machine is called', () => {
  it.each([
    'http://192.0.2.1/',
    'http://localhost.example/',
    'https://127.0.0.1.example/',
    'http://user@0.0.0.0/',
  ])('not %s', async (url) => {
    await end(await submitWith(url));
    await untilCounted({ refused: 1 });
  });

  it('localhost is', async () => {
    await end(await submitWith(receiver.url.replace('127.0.0.1', 'LOCALHOST')));
    await untilCounted({ 204: 1 });
  });
});

describe('a fault', () => {
  const set = (...faults: object[]) => running.control('PUT', '/faults', faults);

  it('drops, doubles or delays a callback', async () => {
    await set(
      { match: 'Callback', kind: 'drop', times: 1 },
      { match: 'Callback', kind: 'duplicate', times: 1 },
      { match: 'Callback', delayMs: 600_000, times: 1 },
    );
    for (let i = 0; i < 4; i++) await end(await submitWith());
    await untilCounted({ dropped: 1, 204: 3 });
    const ids = (await receiver.until(3)).map(({ text }) => JSON.parse(text).JobsDetail.JobId);
    expect(new Set(ids).size).toBe(2);
  });

  it('is for the job named', async () => {
    const [lost, sent] = [await submitWith(), await submitWith()];
    await set({ match: { operation: 'Callback', ids: [lost] }, kind: 'drop' });
    await Promise.all([end(lost), end(sent)]);
    await untilCounted({ dropped: 1, 204: 1 });
    expect(receiver.received[0]?.text).toContain(sent);
  });

  it('of a request is none of a callback, and the other way round', async () => {
    await set({ match: '*', kind: 'error', status: 503 });
    expect(errorCode(await running.call({ url: '/queue' }))).toContain('503');
    await set({ match: 'Callback', kind: 'drop' });
    expect((await running.call({ url: '/queue' })).status).toBe(200);
    await set();
    const id = await submitWith();
    await set({ match: '*', status: 500 });
    await end(id);
    await untilCounted({ 204: 1 });
  });

  it.each([
    [{ match: 'Callback', kind: 'html' }, 'faults[0].kind'],
    [{ match: 'Callback', kind: 'drop', status: 500 }, 'faults[0].status'],
    [{ match: 'DescribeMediaJob', kind: 'duplicate' }, 'faults[0].kind'],
  ])('that makes no sense is refused: %j', async (fault, field) => {
    const answer = await set(fault);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(field)]);
  });
});
