import type { XmlElement } from '../ci/xml/xml-node.ts';

/** What to do with a new object. */
export interface Rule {
  readonly name: string;
  readonly bucket: string;
  readonly region: string;
  readonly prefix: string;
  /** such as `.mp4`, small or capital */
  readonly suffixes: readonly string[];
  /** larger objects are left alone */
  readonly maxBytes: number | undefined;
  /** CI's request for the job: Tag, TemplateId or Animation, JobLevel, QueueId */
  readonly job: XmlElement;
  readonly output: RuleOutput;
  readonly paused: boolean;
  /** what is over it waits */
  readonly maxJobsPerHour: number | undefined;
  /** job-level codes that may pass, and how often they are tried again */
  readonly retries: { readonly codes: readonly string[]; readonly attempts: number } | undefined;
  /** whether the prefix is listed now and then, for events that were lost */
  readonly reconcile: boolean;
  /** whether another rule may catch the same object */
  readonly overlaps: boolean;
  /** whether several objects may have one output: the last one written stays */
  readonly sharedOutput: boolean;
}

interface RuleOutput {
  readonly bucket: string;
  readonly region: string;
  /** with `${file}`, `${name}`, `${dir}` and `${etag}`, which are ours, and `${ext}` and `${jobid}`, which CI fills in */
  readonly object: string;
}
