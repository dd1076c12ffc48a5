import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeClip } from '../../worlds/clips.ts';
import { COS_HOST, errorCode, runCloud, type TestCloud, texts } from '../../worlds/running-cloud.ts';
import { ended, submit } from './animation-job.ts';
import { startReceiver } from './callback-receiver.ts';

let running: TestCloud;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeEach(async () => {
  [running, receiver] = await Promise.all([runCloud(), startReceiver()]);
});
afterEach(() => Promise.all([running.close(), receiver.close()]));

const list = (query = '') => running.call({ url: `/queue${query}` });
async function update(state: string, notice = '') {
  const [id] = texts(await list(), 'QueueId');
  const body = `<Request><Name>queue-1</Name><State>${state}</State>${notice}</Request>`;
  return await running.call({ method: 'PUT', url: `/queue/${id}`, body });
}
const stateOf = async (id: string) => texts(await running.call({ url: `/jobs/${id}` }), 'State')[0];

it('a paused queue takes jobs and begins none, over a restart too, until it goes on', async () => {
  await running.call({ method: 'PUT', url: '/clips/a.mp4', host: COS_HOST, body: await makeClip() });
  const paused = await update('Paused');
  expect([paused.status, texts(paused, 'State')[0]]).toEqual([200, 'Paused']);
  expect(texts(await list('?state=Active'), 'TotalCount')).toEqual(['0']);
  expect(texts(await list('?state=All'), 'TotalCount')).toEqual(['1']);
  const id = await submit(running);
  await running.restart();
  expect(await stateOf(id)).toBe('Submitted');
  await running.control('PUT', '/progress', { mode: 'time', queuedMs: 0, runningMs: 0 });
  expect(await stateOf(id)).toBe('Submitted');
  await running.control('PUT', '/progress', 'ffmpeg');
  expect(errorCode(await update('Gone'))).toBe('400 InvalidArgument');
  await update('Active');
  expect(texts(await ended(running, id), 'State')).toEqual(['Success']);
});

it('a queue tells its own receiver, unless a job names another, or none', async () => {
  await running.control('PUT', '/progress', { mode: 'time', queuedMs: 0, runningMs: 0 });
  const notice = `<NotifyConfig><State>On</State><Url>${receiver.url}</Url><Event>TaskFinish</Event><ResultFormat>JSON</ResultFormat></NotifyConfig>`;
  expect((await update('Active', notice)).text).toContain(`<Url>${receiver.url}</Url>`);
  const silent = await submit(running, { request: '<CallBack>no</CallBack>' });
  await ended(running, silent);
  const told = await submit(running);
  await ended(running, told);
  const [callback] = await receiver.until(1);
  expect(JSON.parse(callback?.text ?? '')).toMatchObject({ JobsDetail: { JobId: told } });
});

it('callbacks in JSON come in the documented form, and in the one that a project has seen', async () => {
  await running.control('PUT', '/progress', { mode: 'time', queuedMs: 0, runningMs: 0 });
  const request = `<CallBack>${receiver.url}</CallBack><CallBackFormat>JSON</CallBackFormat>`;
  await ended(running, await submit(running, { request }));
  await receiver.until(1);
  expect((await running.control('PUT', '/callbacks', { json: 'native' })).status).toBe(200);
  const id = await submit(running, {
    request,
    video: '<AnimateOnlyKeepKeyFrame>true</AnimateOnlyKeepKeyFrame>',
  });
  await ended(running, id);
  const [collapsed, native] = (await receiver.until(2)).map(({ text }) => JSON.parse(text));
  expect(collapsed.JobsDetail.Operation.JobLevel).toBe('0');
  expect(native.JobsDetail).toMatchObject([
    {
      JobId: id,
      Message: '',
      Operation: { JobLevel: 0, Animation: { Video: { AnimateOnlyKeepKeyFrame: true } } },
    },
  ]);
  expect(errorCode(await running.control('PUT', '/callbacks', { json: 'other' }))).toContain('400');
});
