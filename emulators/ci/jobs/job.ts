import type { XmlTree } from '../xml/write-xml.ts';
import type { Animation } from './animation.ts';

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
  Output: JobOutput;
  UserData?: string;
  JobLevel: number;
  CallBack?: string;
  CallBackFormat?: 'JSON' | 'XML';
  MediaInfo?: XmlTree;
  Md5?: string;
  /** Made through the control surface: never rendered; what it becomes when it is moved on by time or asks. */
  Scripted?: Outcome;
}

export function isEnded(job: Job): boolean {
  return job.State === 'Success' || job.State === 'Failed' || job.State === 'Cancel';
}

/** The output's real key: `${ext}` and `${jobid}` expanded [doc]. hgif is a way to make a gif [guess: its extension]. */
export function outputKey(job: Pick<Job, 'JobId' | 'Output' | 'Animation'>): string {
  const extension = job.Animation?.Format === 'webp' ? 'webp' : 'gif';
  return job.Output.Object.replaceAll(`\${ext}`, extension).replaceAll(`\${jobid}`, job.JobId);
}
