import { isTerminal } from '../ci/job-state.ts';
import type { Tally } from '../throttle/run.ts';
import type { Changed } from './observe.ts';

/** Counts what observations changed. An outcome of which no event and no callback had told is one that was recovered. */
export function countChanges(tally: Tally, changes: readonly Changed[]): void {
  const finished = changes.filter(({ To }) => isTerminal(To));
  tally.changed += changes.length;
  tally.finished += finished.length;
  tally.recovered += finished.filter(({ hinted }) => !hinted).length;
}
