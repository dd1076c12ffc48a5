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
  /** of the first rendition */
  readonly job: XmlElement;
  readonly output: RuleOutput;
  /** what is made of each object, one to six, by one request; the short form of a rule has one without a name */
  readonly renditions: readonly Rendition[];
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

/** One output of a rule. */
export interface Rendition {
  /** '' in the short form */
  readonly name: string;
  /** CI's request for the job: Tag, TemplateId or the node of its kind, JobLevel, QueueId */
  readonly job: XmlElement;
  readonly output: RuleOutput;
  readonly fit: Fit | undefined;
}

/** How a result that is too large is made smaller. */
export interface Fit {
  readonly maxBytes: number;
  /** what is never gone below */
  readonly floor: { readonly Width: number; readonly Fps: number };
  /** how often it is made, the first time included */
  readonly tries: number;
}

/** The rule as it is for each of its outputs: what is known of one output is asked of these. */
export function viewsOf(rule: Rule): readonly Rule[] {
  if (rule.renditions.length < 2) return [rule];
  return rule.renditions.map(({ job, output }) => ({ ...rule, job, output }));
}

interface RuleOutput {
  readonly bucket: string;
  readonly region: string;
  /** with `${file}`, `${name}`, `${dir}` and `${etag}`, which are ours, and `${ext}` and `${jobid}`, which CI fills in */
  readonly object: string;
}
