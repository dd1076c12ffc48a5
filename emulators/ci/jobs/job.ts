import type { XmlTree } from '../xml/write-xml.ts';
import type { Animation } from './animation.ts';
import type { Snapshot } from './snapshot.ts';
import type { Transcode } from './transcode.ts';

export const JOB_STATES = ['Submitted', 'Running', 'Success', 'Failed', 'Pause', 'Cancel'] as const;
export type JobState = (typeof JOB_STATES)[number];
export type Outcome = 'Success' | 'Failed' | 'Cancel';

export interface JobOutput {
  Region: string;
  Bucket: string;
  /** With its wildcards, as it was given. */
  Object: string;
}

/** A job as the journal keeps it. Times are milliseconds; `Seq` orders jobs of one millisecond. */
export interface Job {
  JobId: string;
  Seq: number;
  Tag: string;
  State: JobState;
  Code: string;
  Message: string;
  CreatedAt: number;
  StartedAt?: number;
  EndedAt?: number;
  QueueId: string;
  InputObject: string;
  TemplateId?: string;
  TemplateName?: string;
  Animation?: Animation;
  Snapshot?: Snapshot;
  Transcode?: Transcode;
  /** Of every job that makes something. */
  Output?: JobOutput;
  UserData?: string;
  JobLevel: number;
  CallBack?: string;
  CallBackFormat?: 'JSON' | 'XML';
  MediaInfo?: XmlTree;
  Md5?: string;
  /** What was made, when it is more than one object, or one with a number in its key. */
  Results?: readonly { Key: string; Md5: string }[];
  /** Made through the control surface: never rendered; what it becomes when it is moved on by time or asks. */
  Scripted?: Outcome;
}

export function isEnded(job: Job): boolean {
  return job.State === 'Success' || job.State === 'Failed' || job.State === 'Cancel';
}

/**
 * The output's real key: `${ext}` and `${jobid}` expanded [doc]; '' when there is none. hgif is a way to make a gif
 * [guess: its extension].
 */
export function outputKey(job: Pick<Job, 'JobId' | 'Tag' | 'Output' | 'Animation'>): string {
  const animated = job.Animation?.Format === 'webp' ? 'webp' : 'gif';
  const extension = { Snapshot: 'jpg', Transcode: 'mp4' }[job.Tag] ?? animated;
  return (job.Output?.Object ?? '').replaceAll(`\${ext}`, extension).replaceAll(`\${jobid}`, job.JobId);
}
