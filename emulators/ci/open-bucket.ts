import { join } from 'node:path';
import { Announcements, type ObjectListener } from './announcements.ts';
import type { Credentials } from './authorization/authorize.ts';
import { type CallbackSettings, Callbacks } from './callbacks/callbacks.ts';
import type { CloudParts } from './cloud.ts';
import type { CloudClock } from './cloud-clock.ts';
import type { FaultList } from './control/fault-list.ts';
import type { RequestStats } from './control/request-stats.ts';
import { type DropOptions, watchDrops } from './drops/watch-drops.ts';
import { JobStore } from './jobs/job-store.ts';
import { Progress, type ProgressMode } from './jobs/progress.ts';
import { Queue } from './jobs/queue.ts';
import { ObjectStore } from './objects/object-store.ts';
import { UploadStore } from './objects/upload-store.ts';
import { RenderPool } from './render/render-pool.ts';
import type { OnProcess } from './render/run-ffmpeg.ts';
import { TemplateStore } from './templates/template-store.ts';

export interface BucketPlace {
  readonly bucket: string;
  readonly region: string;
}

export interface BucketOptions extends BucketPlace {
  readonly dataDir: string;
  /** of all buckets together: emptied before any is opened */
  readonly tmp: string;
  /** where its jobs and templates lie */
  readonly folder: string;
  readonly clock: CloudClock;
  readonly faults: FaultList;
  readonly stats: RequestStats;
  readonly log: (line: Record<string, unknown>) => void;
  readonly ffmpeg: string;
  readonly progress: ProgressMode;
  readonly credentials: Pick<Credentials, 'secretId' | 'secretKey'>;
  readonly all: () => readonly CloudParts[];
  readonly onObjectCreated: ObjectListener | undefined;
  readonly drops: Pick<DropOptions, 'quietMs' | 'scanEveryMs'> | undefined;
  readonly callbackSettings: CallbackSettings;
  readonly callbackTimeoutMs: number | undefined;
  readonly onProcess: OnProcess | undefined;
}

/** One bucket with its jobs: nothing is read or done before it is opened. */
export interface Bucket {
  readonly cloud: CloudParts;
  open(): Promise<void>;
  /** Takes up the jobs that were left open, and looks for files put by hand. */
  begin(): void;
  close(): Promise<void>;
}

export function makeBucket(options: BucketOptions): Bucket {
  const { bucket, region, dataDir, tmp, folder, clock, faults, stats, log } = options;
  const listener = options.onObjectCreated;
  const isAnnounced = listener !== undefined;
  const objects = new ObjectStore({ dataDir, tmp, bucket, now: () => clock.now(), isAnnounced });
  const uploads = new UploadStore(join(folder, 'uploads'), tmp, () => clock.now());
  const callbacks = new Callbacks({
    ...{ bucket, region, faults, stats, log },
    timeoutMs: options.callbackTimeoutMs,
    settings: options.callbackSettings,
    queueNotice: () => queues.notice,
  });
  const jobs = new JobStore(clock, (job) => {
    log({ event: 'job', jobId: job.JobId, state: job.State, code: job.Code });
    callbacks.send(job);
  });
  const templates = new TemplateStore(join(folder, 'templates.json'), tmp);
  const announcements = new Announcements({ region, clock, objects, listener, log });
  const objectCreated = announcements.created.bind(announcements);
  const queues = new Queue(bucket, join(folder, 'queue.json'), tmp, () => progress.created(jobs.allOpen()));
  const isOn = () => progress.mode.mode === 'ffmpeg' && queues.state === 'Active';
  const pool = new RenderPool({
    ...{ ffmpeg: options.ffmpeg, jobs, objects, clock, tmp, log, objectCreated, isOn },
    onProcess: options.onProcess,
  });
  const progress = new Progress(jobs, clock, pool, options.progress, () => queues.state === 'Paused');
  const cloud: CloudParts = {
    ...{ bucket, region, queues, clock, log },
    media: { ffmpeg: options.ffmpeg, tmp, onProcess: options.onProcess },
    ...{ objects, uploads, jobs, templates, progress, objectCreated, all: options.all },
    credentials: options.credentials,
  };
  let drops: { close(): Promise<void> } | undefined;
  return {
    cloud,
    async open() {
      await Promise.all([
        objects.prepare(),
        uploads.open(),
        queues.open(),
        jobs.open(join(folder, 'jobs.jsonl'), tmp),
        templates.open(),
      ]);
    },
    begin() {
      progress.created(jobs.allOpen());
      const announce = announcements.dropped.bind(announcements);
      if (isAnnounced) drops = watchDrops({ ...options.drops, objects, log, announce });
    },
    async close() {
      await drops?.close();
      await pool.close();
      await callbacks.close();
      await announcements.noted();
      await jobs.close();
    },
  };
}
