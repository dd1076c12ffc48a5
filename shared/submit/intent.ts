import type { Job } from '../ci/job.ts';
import type { JobRequest } from '../ci/job-request.ts';
import type { Source } from '../watch/watch.ts';

/*
 * The life of an intent. Nothing is posted before it is committed, and a POST whose outcome is unknown is never
 * simply repeated: CI is searched for our key first, twice, once enough time has passed for it to list the job.
 *
 *            commit          POST              answer
 *   (nothing) ────▶ posting ─────▶ CI takes it ────▶ submitted: its jobs are watched
 *                     │  ▲            │
 *                     │  │            ├─ certain refusal that may pass ──▶ pending ──(backoff)──▶ posting
 *                     │  │            ├─ certain refusal for good ───────▶ refused
 *                     │  │            └─ no answer ───────────────────────▶ doubtful
 *       killed here ──┤  │                                                   │
 *                     ▼  │ not found twice                                   │
 *                   look for the key ◀────────── SUBMIT_SETTLE_SECONDS ──────┘
 *                     │    after post_until, and again 30 s later
 *                     └─ found ──▶ submitted
 *
 * What is pending, and is a rule's, ends as superseded when a newer version of its object is known; it waits, and is
 * not due, while another's job writes its output. While it is pending somebody may take it back: canceled.
 *
 *   time ──▶  created_at … post_until ……(settle)…… first look ……(30 s)…… second look … posted again
 */
export type IntentState =
  | 'pending'
  | 'posting'
  | 'doubtful'
  | 'submitted'
  | 'refused'
  | 'superseded'
  | 'canceled';

/** Our committed decision to submit one request; each of its operations becomes a job. */
export interface IntentRow {
  id: string;
  bucket: string;
  region: string;
  source: Source;
  rule: string;
  /** as it is sent: our key stands in each UserData */
  request: JobRequest;
  state: IntentState;
  /** when the POST left that CI may have taken; null while none did */
  posted_at: Date | null;
  /** until then a POST may be under way */
  post_until: Date | null;
  looks: number;
  tries: number;
  /** which try of the same object version this is */
  attempt: number;
  /** the version of its object, by number; null when no rule submits it */
  version: number | null;
  /** the job that it submits once more */
  retry_of: string | null;
  /** the order that made it: it stands behind what objects and callers submit */
  behind_of: string | null;
  /** of a rule with renditions: the names of those that its operations are, in their order, comma separated */
  rendition: string;
  /** the set of renditions that it is a part of */
  set_id: string | null;
  /** its place in line: when it is due */
  next_try_at: Date;
  last_error: string;
  /** null where the release before wrote it, and where there is none */
  input_key: string | null;
  /** null where neither an event nor a listing told it */
  input_bytes: string | null;
  /** of its first operation, as far as it is known before CI answers */
  output_key: string | null;
  /** as CI answered, our key included: it is taken off once, when the jobs are told */
  answer: Job[] | null;
  created_at: Date;
  settled_at: Date | null;
}

/** The columns of an intent as `IntentRow` has them. */
export const INTENT_COLUMNS = [
  'id',
  'bucket',
  'region',
  'source',
  'rule',
  'request',
  'state',
  'posted_at',
  'post_until',
  'looks',
  'tries',
  'attempt',
  'version',
  'retry_of',
  'behind_of',
  'rendition',
  'set_id',
  'next_try_at',
  'last_error',
  'input_key',
  'input_bytes',
  'output_key',
  'answer',
  'created_at',
  'settled_at',
] as const satisfies readonly (keyof IntentRow)[];

/** What versions are counted of: an object, for a rule that caught it. */
export interface ObjectOfRule {
  readonly bucket: string;
  readonly region: string;
  readonly object: string;
  readonly rule: string;
}
