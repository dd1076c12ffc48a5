import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Announcements } from '../../../emulators/ci/announcements.ts';
import { CloudClock } from '../../../emulators/ci/cloud-clock.ts';
import { FileDrops } from '../../../emulators/ci/drops/file-drops.ts';
import { walkFolder } from '../../../emulators/ci/drops/walk-folder.ts';
import { ObjectStore } from '../../../emulators/ci/objects/object-store.ts';
import { BUCKET, REGION } from '../../worlds/running-cloud.ts';

const QUIET_MS = 500;

/** A bucket's folder that is looked at by hand, on a clock of its own. */
export async function openBucket() {
  const dataDir = await mkdtemp(join(tmpdir(), 'drops-'));
  const tmp = join(dataDir, 'tmp');
  await mkdir(tmp);
  let now = 0;
  const start = async (listener: () => unknown) => {
    const clock = new CloudClock();
    const objects = new ObjectStore({ dataDir, tmp, bucket: BUCKET, now: Date.now, isAnnounced: true });
    await objects.prepare();
    const heard: string[] = [];
    const logged: unknown[] = [];
    const log = (line: unknown) => logged.push(line);
    const announcements = new Announcements({
      ...{ region: REGION, clock, objects, log },
      listener: ({ key, size }) => {
        heard.push(`${key} ${size}`);
        return listener();
      },
    });
    const drops = new FileDrops({
      ...{ objects, log, quietMs: QUIET_MS, now: () => now },
      announce: (info) => announcements.dropped(info),
    });
    const scan = async () => {
      const files: string[] = [];
      await walkFolder(objects.folders.plain, { folder: () => undefined, file: (file) => files.push(file) });
      await drops.compare(files);
    };
    return { objects, announcements, drops, logged, scan, heard };
  };
  let life = await start(() => undefined);
  return {
    dataDir,
    folder: join(dataDir, 'buckets', BUCKET),
    path: (key: string) => join(dataDir, 'buckets', BUCKET, key),
    get life() {
      return life;
    },
    /** Scans, looks, lets time pass and looks again; gives what was announced meanwhile, as `key size`. */
    async pass(ms = QUIET_MS): Promise<string[]> {
      await life.scan();
      await life.drops.look();
      now += ms;
      await life.drops.look();
      return life.heard.splice(0);
    },
    /** Another process on the same folder. */
    async restart(listener: () => unknown = () => undefined): Promise<void> {
      await life.announcements.noted();
      life = await start(listener);
    },
    async close(): Promise<void> {
      await life.announcements.noted();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type OpenBucket = Awaited<ReturnType<typeof openBucket>>;
