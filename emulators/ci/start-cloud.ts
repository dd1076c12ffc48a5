import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectListener } from './announcements.ts';
import type { CallbackSettings } from './callbacks/callbacks.ts';
import type { CloudParts } from './cloud.ts';
import { CloudClock } from './cloud-clock.ts';
import type { EventControl } from './control/event-control.ts';
import { FaultList } from './control/fault-list.ts';
import { RecentRequests } from './control/recent-requests.ts';
import { RequestStats } from './control/request-stats.ts';
import { findFfmpeg } from './find-ffmpeg.ts';
import { createCloudServer } from './http-server.ts';
import type { ProgressMode } from './jobs/progress.ts';
import { type BucketPlace, makeBucket } from './open-bucket.ts';
import type { OnProcess } from './render/run-ffmpeg.ts';

const RECURSIVE = { recursive: true } as const;
/** How jobs end where no ffmpeg is to be used. */
const WITHOUT_PICTURES: ProgressMode = { mode: 'time', queuedMs: 1000, runningMs: 2000 };

export interface CloudOptions {
  /** 0 takes a free one. */
  port: number;
  host?: string;
  dataDir: string;
  secretId: string;
  secretKey: string;
  /** When set, the pair works only together with this temporary token. */
  sessionToken?: string;
  /** Answer whatever is wrong with a signature with 401 AccessDenied. */
  refusesVaguely?: boolean;
  bucket: string;
  region: string;
  /** Buckets beside that one, each with objects, jobs and a queue of its own. */
  otherBuckets?: readonly BucketPlace[];
  /** Path of ffmpeg; found when not given. */
  ffmpeg?: string;
  /** Jobs end after some seconds and make no picture. */
  withoutFfmpeg?: boolean;
  log?: (line: Record<string, unknown>) => void;
  /**
   * Called once an object's write is on disk, a job's output and a file put by hand included; once more after the next
   * start if it threw or had not resolved. Without a listener no file is looked for.
   */
  onObjectCreated?: ObjectListener;
  /** What `/_control/events` speaks to. */
  events?: EventControl;
  /** When a file put by hand counts as whole, and how often the whole folder is looked through. */
  drops?: { quietMs?: number; scanEveryMs?: number };
  /** How long a callback may take. */
  callbackTimeoutMs?: number;
  /** Answers for each ffmpeg, so that none outlives this process however it ends. */
  onProcess?: OnProcess;
  /** The clock, in milliseconds. */
  now?: () => number;
}

export interface Cloud {
  port: number;
  url: string;
  close(): Promise<void>;
}

/** Starts the local Cloud Infinite and COS; rejects when the port is taken, the folder unwritable or ffmpeg missing. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { dataDir, host = '127.0.0.1', log = () => undefined, withoutFfmpeg = false } = options;
  const progress: ProgressMode = withoutFfmpeg ? WITHOUT_PICTURES : { mode: 'ffmpeg' };
  const ffmpeg = options.ffmpeg ?? (withoutFfmpeg ? '' : await findFfmpeg());
  const clock = new CloudClock(options.now);
  const tmp = join(dataDir, 'ci', 'tmp');
  const callbackSettings: CallbackSettings = { json: 'collapsed' };
  const [faults, stats] = [new FaultList(), new RequestStats()];
  const { onObjectCreated, drops, callbackTimeoutMs, onProcess } = options;
  const shared = {
    ...{ dataDir, tmp, clock, faults, stats, log, ffmpeg, progress },
    ...{ onObjectCreated, drops, callbackTimeoutMs, onProcess },
    ...{ credentials: options, callbackSettings },
    all: () => clouds,
  };
  const first = makeBucket({ ...options, ...shared, folder: join(dataDir, 'ci') });
  const others = (options.otherBuckets ?? []).map((place) =>
    makeBucket({ ...shared, ...place, folder: join(dataDir, 'ci', place.bucket) }),
  );
  const buckets = [first, ...others];
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const clouds: readonly CloudParts[] = buckets.map(({ cloud }) => cloud);
  const server = createCloudServer(
    {
      cloud: first.cloud,
      clouds,
      credentials: options,
      faults,
      stats,
      recent: new RecentRequests(),
      callbackSettings,
      events: options.events,
    },
    opened,
  );
  // The port comes before the folder: a second start by mistake must not touch what a first one is using.
  server.listen(options.port, host);
  await once(server, 'listening');
  try {
    await emptyFolder(tmp);
    for (const { bucket } of options.otherBuckets ?? []) await mkdir(join(dataDir, 'ci', bucket), RECURSIVE);
    await Promise.all(buckets.map((bucket) => bucket.open()));
  } catch (error) {
    server.close();
    server.closeAllConnections();
    throw error;
  }
  open();
  for (const bucket of buckets) bucket.begin();
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    await Promise.all(buckets.map((bucket) => bucket.close()));
  };
  let closing: Promise<void> | undefined;
  return {
    port,
    url: `http://${host}:${port}`,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** What a crash left half written was never acknowledged. */
async function emptyFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, RECURSIVE);
}
