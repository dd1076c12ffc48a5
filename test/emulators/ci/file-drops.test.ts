import {
  appendFile,
  chmod,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noteDelivered } from '../../../emulators/ci/objects/note-delivered.ts';
import { type OpenBucket, openBucket } from './dropped-files.ts';

let bucket: OpenBucket;
beforeEach(async () => {
  bucket = await openBucket();
});
afterEach(() => bucket.close());

async function drop(key: string, content: string | Buffer = key): Promise<void> {
  await mkdir(dirname(bucket.path(key)), { recursive: true });
  await writeFile(bucket.path(key), content);
}
const upload = (key: string, content: string) =>
  bucket.life.objects.write(key, Readable.from([content]), {}, () => undefined);

describe('a file put by hand', () => {
  it('is announced once', async () => {
    await drop('clips/a.mp4', 'abc');
    expect(await bucket.pass()).toEqual(['clips/a.mp4 3']);
    expect(await bucket.pass()).toEqual([]);
    await bucket.restart();
    expect(await bucket.pass()).toEqual([]);
  });

  it('is announced with several others, each in whatever folder', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `clips/${index % 4}/deep/${index} &%.mp4`);
    await Promise.all(keys.map((key) => drop(key, 'abc')));
    expect((await bucket.pass()).sort()).toEqual(keys.map((key) => `${key} 3`).sort());
  });

  it('is announced after a look at it through the service all the same', async () => {
    await drop('clips/a.mp4', 'abc');
    await bucket.life.objects.info('clips/a.mp4');
    expect(await bucket.pass()).toEqual(['clips/a.mp4 3']);
  });

  it('is found at the next start', async () => {
    await bucket.pass();
    await drop('clips/a.mp4', 'abc');
    await bucket.restart();
    expect(await bucket.pass()).toEqual(['clips/a.mp4 3']);
  });

  it('is announced again after the next start when the listener did not get hold of it, and no sooner', async () => {
    await bucket.restart(() => Promise.reject(new Error('not now')));
    await drop('clips/a.mp4', 'abc');
    expect(await bucket.pass()).toEqual(['clips/a.mp4 3']);
    expect(await bucket.pass()).toEqual([]);
    await bucket.restart(() => new Promise(() => undefined));
    expect(await bucket.pass()).toEqual(['clips/a.mp4 3']);
    await bucket.restart();
    expect(await bucket.pass()).toEqual(['clips/a.mp4 3']);
  });
});

describe('an upload', () => {
  it('is announced after the next start when the process ended before that was done', async () => {
    await upload('clips/a.mp4', 'abc');
    await bucket.restart();
    expect(await bucket.pass()).toEqual(['clips/a.mp4 3']);
    await bucket.restart();
    expect(await bucket.pass()).toEqual([]);
  });
});

describe('a file is whole', () => {
  it('when neither its size nor its time has changed for a while', async () => {
    await drop('clips/a.mp4', 'abc');
    expect(await bucket.pass(499)).toEqual([]);
    await appendFile(bucket.path('clips/a.mp4'), 'def');
    expect(await bucket.pass(499)).toEqual([]);
    expect(await bucket.pass(1)).toEqual(['clips/a.mp4 6']);
  });

  // Only Linux tells who has a file open.
  it.runIf(process.platform === 'linux')(
    'when nobody has it open for writing, however long nothing is written',
    async () => {
      await drop('clips/a.mp4', 'abc');
      const writer = await open(bucket.path('clips/a.mp4'), 'a');
      for (let i = 0; i < 5; i++) expect(await bucket.pass(60_000)).toEqual([]);
      await writer.write('def');
      await writer.close();
      expect(await bucket.pass(60_000)).toEqual(['clips/a.mp4 6']);
    },
  );

  it('though somebody reads it', async () => {
    await drop('clips/a.mp4', 'abc');
    const reader = await open(bucket.path('clips/a.mp4'), 'r');
    expect(await bucket.pass()).toEqual(['clips/a.mp4 3']);
    await reader.close();
  });

  it('however old it was when it was moved there', async () => {
    const aside = `${bucket.dataDir}/old.mp4`;
    await writeFile(aside, 'old');
    await utimes(aside, 1, 1);
    await rename(aside, bucket.path('old.mp4'));
    expect(await bucket.pass()).toEqual(['old.mp4 3']);
  });

  it('and not while it bears the name of an unfinished download', async () => {
    await drop('a.mp4.part', 'abc');
    expect(await bucket.pass()).toEqual([]);
    await rename(bucket.path('a.mp4.part'), bucket.path('a.mp4'));
    expect(await bucket.pass()).toEqual(['a.mp4 3']);
  });
});

describe('a file that was announced', () => {
  beforeEach(async () => {
    await drop('a.mp4', 'A');
    await bucket.pass();
  });

  it('is announced again with other content, also with content that it once had', async () => {
    await drop('a.mp4', 'B');
    expect(await bucket.pass()).toEqual(['a.mp4 1']);
    await bucket.life.objects.info('a.mp4');
    await drop('a.mp4', 'A');
    expect(await bucket.pass()).toEqual(['a.mp4 1']);
  });

  it('is not when it is touched, copied over itself, given other rights or linked', async () => {
    await utimes(bucket.path('a.mp4'), 5, 5);
    expect(await bucket.pass()).toEqual([]);
    await drop('a.mp4', 'A');
    expect(await bucket.pass()).toEqual([]);
    await chmod(bucket.path('a.mp4'), 0o600);
    expect(await bucket.pass()).toEqual([]);
    await bucket.life.objects.link('a.mp4', `${bucket.dataDir}/input`);
    expect(await bucket.pass()).toEqual([]);
    await bucket.restart();
    expect(await bucket.pass()).toEqual([]);
  });

  it('is not when an editor takes it away, writes another and renames it, all without change', async () => {
    await rename(bucket.path('a.mp4'), bucket.path('a.mp4~'));
    bucket.life.drops.notice(bucket.path('a.mp4'));
    await bucket.life.drops.look();
    await writeFile(bucket.path('.a.mp4.new'), 'A');
    await rename(bucket.path('.a.mp4.new'), bucket.path('a.mp4'));
    await rm(bucket.path('a.mp4~'));
    expect(await bucket.pass()).toEqual([]);
  });

  it('is when it was removed and put there again', async () => {
    await rm(bucket.path('a.mp4'));
    expect(await bucket.pass()).toEqual([]);
    await drop('a.mp4', 'A');
    expect(await bucket.pass()).toEqual(['a.mp4 1']);
  });

  it('is when its folder was removed and put there again', async () => {
    await drop('clips/b.mp4', 'B');
    await bucket.pass();
    await rm(bucket.path('clips'), { recursive: true });
    await bucket.pass();
    await drop('clips/b.mp4', 'B');
    expect(await bucket.pass()).toEqual(['clips/b.mp4 1']);
  });

  it('is when it was overwritten through the service and then by hand', async () => {
    await upload('a.mp4', 'B');
    expect(await bucket.pass()).toEqual([]);
    await drop('a.mp4', 'A');
    expect(await bucket.pass()).toEqual(['a.mp4 1']);
  });

  it('stays overwritten, and is not told of again, though the listener was not done before', async () => {
    const answers: (() => void)[] = [];
    await bucket.restart(() => new Promise<void>((resolve) => answers.push(resolve)));
    await drop('a.mp4', 'B');
    expect(await bucket.pass()).toEqual(['a.mp4 1']);
    const info = await upload('a.mp4', 'C');
    expect(answers).toHaveLength(1);
    answers[0]?.();
    await noteDelivered(bucket.life.objects, info);
    await bucket.restart();
    expect(await bucket.pass()).toEqual([]);
    expect(await readFile(bucket.path('a.mp4'), 'utf8')).toBe('C');
  });
});

describe('never announced', () => {
  it('what the service itself wrote: whoever writes it tells of it', async () => {
    const { objects, announcements } = bucket.life;
    await writeFile(`${bucket.dataDir}/tmp/picture`, 'GIF');
    const written = [
      await upload('clips/a.mp4', 'abc'),
      await objects.adopt('gifs/a.gif', `${bucket.dataDir}/tmp/picture`, {}),
    ];
    expect(await bucket.pass()).toEqual([]);
    for (const info of written)
      announcements.created(info, 'cos:ObjectCreated:Put', { requestId: '', authorization: '' });
    expect(await bucket.pass()).toEqual(['clips/a.mp4 3', 'gifs/a.gif 3']);
    await bucket.restart();
    expect(await bucket.pass()).toEqual([]);
  });

  it('a link, a folder, and a file whose path is longer than a key may be', async () => {
    await writeFile(`${bucket.dataDir}/outside.mp4`, 'outside');
    await symlink(`${bucket.dataDir}/outside.mp4`, bucket.path('link.mp4'));
    await symlink(bucket.dataDir, bucket.path('folder'));
    await mkdir(bucket.path('empty.mp4'));
    bucket.life.drops.notice(bucket.path('empty.mp4'));
    bucket.life.drops.notice(bucket.path('link.mp4'));
    await drop(`${'d'.repeat(250)}/`.repeat(3) + 'n'.repeat(98));
    expect(await bucket.pass()).toEqual([]);
    expect(bucket.life.logged).toMatchObject([{ event: 'file is no object' }]);
    expect(bucket.life.drops.isIdle).toBe(true);
  });

  it('the same object twice when its file lies where a key that no file can have lies too', async () => {
    await upload('both/below', 'abc');
    await upload('both', 'above');
    expect(await bucket.pass()).toEqual([]);
    await drop('both/below', 'other');
    expect(await bucket.pass()).toEqual(['both/below 5']);
  });
});
