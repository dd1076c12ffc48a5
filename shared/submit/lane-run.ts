import type { Rule } from '../rules/rule.ts';
import type { Run } from '../throttle/run.ts';

export interface WorkOff {
  readonly settleSeconds: number;
  readonly rules: readonly Rule[];
  /** CI_MAX_RPS */
  readonly ciMaxRps: number;
}

/** What a run that works off lanes knows of itself. */
export interface LaneRun {
  readonly run: Run;
  readonly options: WorkOff;
  /** unix milliseconds by our clock: nothing is begun after it */
  readonly untilMs: number;
  /** the rate has no turn left for this run: nothing else would have one either */
  isOutOfTurns: boolean;
}
