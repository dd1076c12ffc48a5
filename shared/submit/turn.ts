import type { Entry, Lane } from '../throttle/lanes.ts';
import type { Run } from '../throttle/run.ts';
import type { IntentRow } from './intent.ts';
import type { SubmitPolicy } from './policy.ts';

/** What a run that works off lanes knows of itself. */
export interface LaneRun {
  readonly run: Run;
  readonly policy: SubmitPolicy;
  /** unix milliseconds by our clock: nothing is begun after it */
  readonly untilMs: number;
  /** CI could not be asked in time, be it for the rate: nothing else would fare better */
  isOutOfTime: boolean;
}

export function beginLaneRun(run: Run, policy: SubmitPolicy): LaneRun {
  return { run, policy, untilMs: beginUntilMs(run.clock.now(), run.deadlineMs), isOutOfTime: false };
}

/** Nothing is begun after it: submissions that hang leave the other half to what comes after them. */
export function beginUntilMs(nowMs: number, deadlineMs: number): number {
  return Math.min(nowMs + (deadlineMs - nowMs) / 2, deadlineMs - POST_MS);
}

export function mayGoOn({ run, untilMs, isOutOfTime }: LaneRun): boolean {
  return run.clock.now() < untilMs && !isOutOfTime;
}

/** How long a POST in the background may take, its turn in the rate included. */
export const POST_MS = 15_000;

/** Some intents of one lane, claimed: to be posted, or to be looked for at CI. */
export interface Turn {
  readonly lane: Lane;
  readonly entry: Exclude<Entry, 'put-off'>;
  readonly token: string;
  readonly intents: readonly IntentRow[];
  /** the ids of those that were not begun: their claims are given back at the end */
  readonly left: Set<string>;
}

/** What came of one intent of a turn. */
export type Step =
  | 'answered'
  /** CI was not asked about it */
  | 'not-asked'
  /** the request came to nothing, and its lane goes on */
  | 'failed'
  /** its lane is put off: the others are left */
  | 'put-off'
  /** CI could not be asked any more: so are they */
  | 'out-of-time';
