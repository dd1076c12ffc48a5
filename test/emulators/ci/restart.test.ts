import { appendFile, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeClip } from '../../worlds/clips.ts';
import { COS_HOST, runCloud, type TestCloud, texts } from '../../worlds/running-cloud.ts';
import { ended, submit } from './animation-job.ts';

let running: TestCloud;
let journal: string;
beforeEach(async () => {
  running = await runCloud();
  journal = join(running.dataDir, 'ci', 'jobs.jsonl');
});
afterEach(() => running.close());

const holdJobs = () => running.control('PUT', '/progress', { mode: 'time', queuedMs: 600_000, runningMs: 0 });
const putClip = async () =>
  running.call({ method: 'PUT', url: '/clips/a.mp4', host: COS_HOST, body: await makeClip() });

describe('after a restart', () => {
  it('objects, jobs and templates are there', async () => {
    await putClip();
    const id = await submit(running);
    const before = await ended(running, id);
    const body = `<Request><Tag>Animation</Tag><Name>kept</Name><Container><Format>gif</Format></Container><Video><Codec>gif</Codec></Video></Request>`;
    await running.call({ method: 'POST', url: '/template', body });
    await running.restart();
    expect((await running.call({ url: `/jobs/${id}` })).text).toBe(before.text);
    expect((await running.call({ url: '/gifs/a.gif', host: COS_HOST })).headers['content-type']).toBe(
      'image/gif',
    );
    expect(texts(await running.call({ url: '/template' }), 'Name')).toEqual(['kept']);
  });

  it('a job that waited and one that was running are done', async () => {
    await putClip();
    await holdJobs();
    const waiting = await submit(running);
    const cut = await submit(running);
    await running.control('PATCH', `/jobs/${cut}`, { state: 'Running' });
    await running.restart();
    expect(texts(await ended(running, waiting), 'State')).toEqual(['Success']);
    expect(texts(await ended(running, cut), 'State')).toEqual(['Success']);
  });

  it('what a kill left half written is gone, and hinders nothing', async () => {
    const tmp = join(running.dataDir, 'ci', 'tmp');
    await mkdir(join(tmp, 'render-j0'));
    await writeFile(join(tmp, 'half-an-upload'), 'half');
    await running.restart();
    expect(await readdir(tmp)).toEqual([]);
  });
});

describe('a journal torn by a kill', () => {
  it('at any byte of its last line keeps every line before it', async () => {
    await holdJobs();
    const kept = await submit(running);
    const whole = (await readFile(journal)).length;
    const last = await submit(running);
    await running.cloud.close();
    const bytes = await readFile(journal);
    for (let size = whole; size < bytes.length; size += 97) {
      await writeFile(journal, bytes);
      await truncate(journal, size);
      running.cloud = await reopened();
      const answer = await running.call({ url: `/jobs/${kept},${last}` });
      expect([texts(answer, 'JobId'), texts(answer, 'NonExistJobIds')]).toEqual([[kept], [last]]);
      const next = await submit(running);
      await running.restart();
      expect(texts(await running.call({ url: `/jobs/${next}` }), 'JobId')).toEqual([next]);
      await running.cloud.close();
    }
    running.cloud = await reopened();
  });

  it('with a damaged line in the middle loses that line alone', async () => {
    await holdJobs();
    const first = await submit(running);
    await appendFile(journal, '{"kind":"job","job":{"Job\n{"kind":"surprise"}\nnull\n');
    const second = await submit(running);
    await running.restart();
    expect(texts(await running.call({ url: `/jobs/${first},${second}` }), 'JobId')).toEqual([first, second]);
  });

  async function reopened() {
    const { startCloud } = await import('../../../emulators/ci/start-cloud.ts');
    return startCloud({
      port: 0,
      dataDir: running.dataDir,
      secretId: 'test-id',
      secretKey: 'test-key',
      bucket: 'media-1250000000',
      region: 'ap-guangzhou',
    });
  }
});

it('ten thousand jobs made at once are kept, and listed quickly enough to be of use', async () => {
  const made = await running.control('POST', '/jobs', { count: 10_000, state: 'Running', tag: 'Many' });
  const ids: string[] = JSON.parse(made.text).JobIds;
  expect(new Set(ids).size).toBe(10_000);
  await running.restart();
  const answer = await running.call({ url: '/jobs?tag=Many&size=100&states=Running' });
  expect(texts(answer, 'JobId')).toEqual(ids.slice(-100).toReversed());
});
