import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Announcements, type ObjectListener } from './announcements.ts';
import { Callbacks } from './callbacks/callbacks.ts';
import type { CloudParts } from './cloud.ts';
import { CloudClock } from './cloud-clock.ts';
import type { EventControl } from './control/event-control.ts';
import { FaultList } from './control/fault-list.ts';
import { RequestStats } from './control/request-stats.ts';
import { watchDrops } from './drops/watch-drops.ts';
import { findFfmpeg } from './find-ffmpeg.ts';
import { createCloudServer } from './http-server.ts';
import { JobStore } from './jobs/job-store.ts';
import { Progress } from './jobs/progress.ts';
import { queueIdOf } from './jobs/queues.ts';
import { ObjectStore } from './objects/object-store.ts';
import { RenderPool } from './render/render-pool.ts';
import type { OnProcess } from './render/run-ffmpeg.ts';
import { TemplateStore } from './templates/template-store.ts';

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
  /** Path of ffmpeg; found when not given. */
  ffmpeg?: string;
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
  const { bucket, region, dataDir, host = '127.0.0.1', log = () => undefined } = options;
  const ffmpeg = options.ffmpeg ?? (await findFfmpeg());
  const clock = new CloudClock(options.now);
  const tmp = join(dataDir, 'ci', 'tmp');
  const listener = options.onObjectCreated;
  const isAnnounced = listener !== undefined;
  const objects = new ObjectStore({ dataDir, tmp, bucket, now: () => clock.now(), isAnnounced });
  const [faults, stats] = [new FaultList(), new RequestStats()];
  const callbacks = new Callbacks({
    ...{ bucket, region, faults, stats, log },
    timeoutMs: options.callbackTimeoutMs,
  });
  const jobs = new JobStore(clock, (job) => {
    log({ event: 'job', jobId: job.JobId, state: job.State, code: job.Code });
    callbacks.send(job);
  });
  const templates = new TemplateStore(join(dataDir, 'ci', 'templates.json'), tmp);
  const announcements = new Announcements({ region, clock, objects, listener, log });
  const objectCreated = announcements.created.bind(announcements);
  const isOn = () => progress.mode.mode === 'ffmpeg';
  const pool = new RenderPool({
    ...{ ffmpeg, jobs, objects, clock, tmp, log, objectCreated, isOn },
    onProcess: options.onProcess,
  });
  const progress = new Progress(jobs, clock, pool);
  const cloud: CloudParts = {
    ...{ bucket, region, queueId: queueIdOf(bucket), clock, log },
    ...{ objects, jobs, templates, progress, objectCreated },
  };
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const parts = { cloud, credentials: options, faults, stats, events: options.events };
  const server = createCloudServer(parts, opened);
  // The port comes before the folder: a second start by mistake must not touch what a first one is using.
  server.listen(options.port, host);
  await once(server, 'listening');
  try {
    await emptyFolder(tmp);
    await Promise.all([
      objects.prepare(),
      jobs.open(join(dataDir, 'ci', 'jobs.jsonl'), tmp),
      templates.open(),
    ]);
  } catch (error) {
    server.close();
    server.closeAllConnections();
    throw error;
  }
  open();
  progress.created(jobs.allOpen());
  const announce = announcements.dropped.bind(announcements);
  const drops = isAnnounced ? watchDrops({ ...options.drops, objects, log, announce }) : undefined;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    await drops?.close();
    await pool.close();
    await callbacks.close();
    await announcements.noted();
    await jobs.close();
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
  await mkdir(folder, { recursive: true });
}
