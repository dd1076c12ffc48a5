import { execFile } from 'node:child_process';
import { EventEmitter, on } from 'node:events';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeClip } from '../../worlds/clips.ts';
import { BUCKET, COS_HOST, runCloud, type TestCloud } from '../../worlds/running-cloud.ts';
import { ended, submit } from './animation-job.ts';

const run = promisify(execFile);
const MEBIBYTE = 1024 * 1024;

let running: TestCloud;
let folder: string;
let told: EventEmitter;
let created: string[];

beforeEach(async () => {
  told = new EventEmitter();
  created = [];
  running = await runCloud({
    // The scan is out of the way: what is found here, the watchers find.
    drops: { quietMs: 40, scanEveryMs: 3_600_000 },
    onObjectCreated: ({ key, size }) => {
      created.push(`${key} ${size}`);
      told.emit('created');
    },
  });
  folder = join(running.dataDir, 'buckets', BUCKET);
});
afterEach(() => running.close());

const path = (key: string) => join(folder, key);

/** Waits until all of these are told of, as `key size`; gives everything that was. */
async function until(...wanted: string[]): Promise<string[]> {
  const isTold = () => wanted.every((one) => created.includes(one));
  if (!isTold()) for await (const _ of on(told, 'created')) if (isTold()) break;
  return created.splice(0);
}

describe('as soon as it is whole, an object is', () => {
  it('a large file that is copied', async () => {
    const aside = join(running.dataDir, 'large.mp4');
    await writeFile(aside, Buffer.alloc(64 * MEBIBYTE, 'x'));
    await mkdir(path('clips'));
    await run('cp', [aside, path('clips')]);
    expect(await until(`clips/large.mp4 ${64 * MEBIBYTE}`)).toHaveLength(1);
  });

  it('a file that is moved there, and a whole tree', async () => {
    await mkdir(join(running.dataDir, 'tree/a/b'), { recursive: true });
    await Promise.all(
      ['tree/1', 'tree/a/2', 'tree/a/b/3', 'one'].map((name) =>
        writeFile(join(running.dataDir, name), 'abc'),
      ),
    );
    await rename(join(running.dataDir, 'one'), path('one'));
    await rename(join(running.dataDir, 'tree'), path('tree'));
    expect(await until('one 3', 'tree/1 3', 'tree/a/2 3', 'tree/a/b/3 3')).toHaveLength(4);
  });

  it('a file in folders that are made with it, and a later one in them', async () => {
    await mkdir(path('new/and/deep'), { recursive: true });
    await writeFile(path('new/and/deep/1'), 'abc');
    await until('new/and/deep/1 3');
    await writeFile(path('new/and/deep/2'), 'abc');
    expect(await until('new/and/deep/2 3')).toHaveLength(1);
  });

  it('a file in a folder that was removed and made again, or renamed, or took the name of another', async () => {
    await mkdir(path('clips'));
    await writeFile(path('clips/1'), 'abc');
    await until('clips/1 3');
    await rm(path('clips'), { recursive: true });
    await mkdir(path('clips'));
    await writeFile(path('clips/2'), 'abc');
    expect(await until('clips/2 3')).toHaveLength(1);
    await rename(path('clips'), path('old'));
    await mkdir(path('clips'));
    await until('old/2 3');
    await writeFile(path('clips/3'), 'abc');
    await writeFile(path('old/4'), 'abc');
    expect(await until('clips/3 3', 'old/4 3')).toHaveLength(2);
  });

  it('a file in a bucket that was removed with all that was in it', async () => {
    await running.restart({ drops: { quietMs: 40, scanEveryMs: 40 } });
    await rm(folder, { recursive: true });
    await mkdir(folder);
    await writeFile(path('1'), 'abc');
    expect(await until('1 3')).toHaveLength(1);
  });

  it('a file that is written piece by piece by somebody who keeps it open', async () => {
    const writer = await open(path('slow.mp4'), 'w');
    for (let piece = 0; piece < 10; piece++) {
      await writer.write(Buffer.alloc(1000));
      // Meanwhile another file comes and is told of.
      await writeFile(path(`other-${piece}`), 'abc');
      await until(`other-${piece} 3`);
    }
    await writer.close();
    expect(await until('slow.mp4 10000')).toHaveLength(1);
  });

  it('one of many that come at once', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
    await Promise.all(names.map((name) => writeFile(path(name), 'abc')));
    expect(await until(...names.map((name) => `${name} 3`))).toHaveLength(200);
  });

  it('one that came while nothing ran', async () => {
    await running.cloud.close();
    await mkdir(path('clips'));
    await writeFile(path('clips/a.mp4'), 'abc');
    await running.restart();
    expect(await until('clips/a.mp4 3')).toHaveLength(1);
    await running.restart();
    await writeFile(path('last'), 'abc');
    expect(await until('last 3')).toHaveLength(1);
  });
});

describe('told of once', () => {
  it('is what is uploaded, and what a job made of it', async () => {
    await running.call({ method: 'PUT', url: '/clips/a.mp4', host: COS_HOST, body: await makeClip() });
    const before = created.length;
    await ended(running, await submit(running));
    await writeFile(path('last'), 'abc');
    const all = await until('last 3');
    expect(before).toBe(1);
    expect(all.map((one) => one.split(' ')[0])).toEqual(['clips/a.mp4', 'gifs/a.gif', 'last']);
  });
});

describe('the scan', () => {
  it('finds what no watcher told of', async () => {
    await running.restart({ drops: { quietMs: 40, scanEveryMs: 40 } });
    // A write under another name of the same file, outside the bucket: a watcher of the folder is not told.
    await writeFile(path('first'), 'abc');
    await until('first 3');
    await run('ln', [path('first'), join(running.dataDir, 'alias')]);
    await writeFile(join(running.dataDir, 'alias'), 'abcdef');
    expect(await until('first 6')).toHaveLength(1);
  });
});
