import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, REGION, runCloud, type TestCloud, texts } from '../../worlds/running-cloud.ts';
import { animationXml, type JobParts } from './animation-job.ts';

let running: TestCloud;
beforeAll(async () => {
  running = await runCloud();
  await running.control('PUT', '/progress', { mode: 'time', queuedMs: 600_000, runningMs: 0 });
});
afterAll(() => running.close());

const post = (body: string) => running.call({ method: 'POST', url: '/jobs', body });
const video = (name: string, value: string): JobParts => ({ video: `<${name}>${value}</${name}>` });
const time = (name: string, value: string): JobParts => ({ time: `<${name}>${value}</${name}>` });

describe('accepted', () => {
  it.each<[string, JobParts]>([
    ['Width 128', video('Width', '128')],
    ['Width 4096', video('Width', '4096')],
    ['Height 128', video('Height', '128')],
    ['Height 4096', video('Height', '4096')],
    ['Width written as 0320', video('Width', '0320')],
    ['Fps 0.01', video('Fps', '0.01')],
    ['Fps 60', video('Fps', '60')],
    ['an empty Height', video('Height', '')],
    ['key frames only', video('AnimateOnlyKeepKeyFrame', 'true')],
    ['an interval', video('AnimateTimeIntervalOfFrame', '0.001')],
    ['frames per second', video('AnimateFramesPerSecond', '0.001')],
    ['Quality 1', { format: 'webp', ...video('Quality', '1') }],
    ['Quality 99.9', { format: 'webp', ...video('Quality', '99.9') }],
    ['Start 0', time('Start', '0')],
    ['Duration 1.234', time('Duration', '1.234')],
    ['hgif', { format: 'hgif' }],
    ['UserData of 1024', { operation: `<UserData>${'~'.repeat(1024)}</UserData>` }],
    ['JobLevel 2', { operation: '<JobLevel>2</JobLevel>' }],
    [
      'a callback',
      { request: '<CallBack>http://127.0.0.1:1/x</CallBack><CallBackFormat>JSON</CallBackFormat>' },
    ],
  ])('%s', async (_what, parts) => {
    expect(texts(await post(animationXml(parts)), 'State')).toEqual(['Submitted']);
  });
});

describe('refused with InvalidArgument that names the field', () => {
  it.each<[string, JobParts, string]>([
    ['Format', { format: 'png' }, 'Container.Format'],
    ['no Format', { format: '' }, 'Container.Format'],
    ['Codec', { codec: 'h264' }, 'Video.Codec'],
    ['no Codec', { codec: '' }, 'Video.Codec'],
    ['a Codec for another Format', { format: 'webp', codec: 'gif' }, 'Video.Codec'],
    ['Width 127', video('Width', '127'), 'Video.Width'],
    ['Width 4097', video('Width', '4097'), 'Video.Width'],
    ['Width 200.5', video('Width', '200.5'), 'Video.Width'],
    ['Height 127', video('Height', '127'), 'Video.Height'],
    ['Height 4097', video('Height', '4097'), 'Video.Height'],
    ['Fps 0', video('Fps', '0'), 'Video.Fps'],
    ['Fps 60.01', video('Fps', '60.01'), 'Video.Fps'],
    ['Fps -1', video('Fps', '-1'), 'Video.Fps'],
    ['Fps 1e1', video('Fps', '1e1'), 'Video.Fps'],
    ['key frames maybe', video('AnimateOnlyKeepKeyFrame', 'maybe'), 'AnimateOnlyKeepKeyFrame'],
    ['interval 0', video('AnimateTimeIntervalOfFrame', '0'), 'AnimateTimeIntervalOfFrame'],
    [
      'interval as long as the duration',
      { ...video('AnimateTimeIntervalOfFrame', '2'), ...time('Duration', '2') },
      'AnimateTimeIntervalOfFrame',
    ],
    ['frames per second 0', video('AnimateFramesPerSecond', '0'), 'AnimateFramesPerSecond'],
    ['Quality 0.9', { format: 'webp', ...video('Quality', '0.9') }, 'Video.Quality'],
    ['Quality 100', { format: 'webp', ...video('Quality', '100') }, 'Video.Quality'],
    ['Start -1', time('Start', '-1'), 'TimeInterval.Start'],
    ['Start an option', time('Start', '-i /etc/passwd'), 'TimeInterval.Start'],
    ['Duration x', time('Duration', 'x'), 'TimeInterval.Duration'],
    ['UserData of 1025', { operation: `<UserData>${'x'.repeat(1025)}</UserData>` }, 'UserData'],
    ['UserData that is not ASCII', { operation: '<UserData>猫</UserData>' }, 'UserData'],
    ['UserData of two lines', { operation: '<UserData>a&#10;b</UserData>' }, 'UserData'],
    ['JobLevel 3', { operation: '<JobLevel>3</JobLevel>' }, 'JobLevel'],
    ['CallBack', { request: '<CallBack>ftp://x</CallBack>' }, 'CallBack'],
    ['CallBackFormat', { request: '<CallBackFormat>YAML</CallBackFormat>' }, 'CallBackFormat'],
    ['no Input', { input: '' }, 'Input.Object'],
    ['no Output.Object', { output: '' }, 'Output.Object'],
  ])('%s', async (_what, parts, field) => {
    const answer = await post(animationXml(parts));
    expect([answer.status, ...texts(answer, 'Code')]).toEqual([400, 'InvalidArgument']);
    expect(texts(answer, 'Message')[0]).toContain(field);
  });
});

describe('refused with its own code', () => {
  const good = animationXml();
  const operation = good.slice(good.indexOf('<Operation>'), good.indexOf('</Request>'));
  it.each([
    ['a queue that is not here', animationXml({ request: '<QueueId>p0</QueueId>' }), 'QueueNotFound'],
    [
      'a template that is not here',
      animationXml({ operation: '<TemplateId>t0</TemplateId>' }),
      'TemplateNotFound',
    ],
    ['a bucket that is not here', good.replace(BUCKET, 'other-1'), 'NoSuchBucket'],
    ['a region that is not here', good.replace(REGION, 'ap-beijing'), 'NoSuchBucket'],
    ['an output key that is too long', animationXml({ output: 'k'.repeat(851) }), 'KeyTooLong'],
    ['another tag', good.replace('Animation</Tag>', 'Transcode</Tag>'), 'InvalidArgument'],
    ['seven operations', good.replace(operation, operation.repeat(7)), 'InvalidArgument'],
    ['no operation', good.replace(operation, ''), 'InvalidArgument'],
    ['an empty body', '', 'MissingContent'],
    ['a body that is no XML', '{"Tag":"Animation"}', 'InvalidContent'],
    ['a truncated body', good.slice(0, -5), 'InvalidContent'],
    ['a DOCTYPE', `<!DOCTYPE x [<!ENTITY a "b">]>${good}`, 'InvalidContent'],
    ['another root', good.replaceAll('Request>', 'Response>'), 'InvalidContent'],
    ['a body of 2 MB', good.replace('<Tag>', `<!--${'x'.repeat(2 ** 21)}--><Tag>`), 'InvalidArgument'],
  ])('%s', async (_what, body, code) => {
    const answer = await post(body);
    expect(texts(answer, 'Code')).toEqual([code]);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  it('of six operations each is a job, and one that is wrong means none', async () => {
    const six = await post(good.replace(operation, operation.repeat(6)));
    expect(new Set(texts(six, 'JobId')).size).toBe(6);
    const wrong = operation.replace('<Format>gif', '<Format>png');
    const before = texts(await running.call({ url: '/jobs?tag=Animation&size=100' }), 'JobId').length;
    expect((await post(good.replace(operation, operation + wrong))).status).toBe(400);
    expect(texts(await running.call({ url: '/jobs?tag=Animation&size=100' }), 'JobId')).toHaveLength(before);
  });
});
