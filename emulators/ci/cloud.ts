import type { Credentials } from './authorization/authorize.ts';
import type { CloudClock } from './cloud-clock.ts';
import type { Writer } from './cloud-request.ts';
import type { JobStore } from './jobs/job-store.ts';
import type { Progress } from './jobs/progress.ts';
import type { Queue } from './jobs/queue.ts';
import type { ObjectStore } from './objects/object-store.ts';
import type { ObjectInfo } from './objects/sidecar.ts';
import type { UploadStore } from './objects/upload-store.ts';
import type { OnProcess } from './render/run-ffmpeg.ts';
import type { TemplateStore } from './templates/template-store.ts';

/** Tells the listener that an object's write is on disk. Returns at once. */
export type ObjectCreated = (info: ObjectInfo, eventName: string, writer: Writer) => void;

/** With what pictures are made while a request waits. */
interface Media {
  /** '' where none is to be used */
  ffmpeg: string;
  tmp: string;
  onProcess: OnProcess | undefined;
}

/** What the operations work on: one bucket's objects, jobs and templates. */
export interface CloudParts {
  bucket: string;
  region: string;
  queues: Queue;
  media: Media;
  clock: CloudClock;
  objects: ObjectStore;
  uploads: UploadStore;
  credentials: Pick<Credentials, 'secretId' | 'secretKey'>;
  /** every bucket of the service, this one among them */
  all: () => readonly CloudParts[];
  jobs: JobStore;
  templates: TemplateStore;
  progress: Progress;
  log: (line: Record<string, unknown>) => void;
  objectCreated: ObjectCreated;
}
