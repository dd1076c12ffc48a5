import { type Group, nextDueGroup } from './claim.ts';
import { sweepGroup } from './sweep-group.ts';
import type { SweepRun } from './sweep-run.ts';

/** Sweeps the watches that were due when it began, group by group, until none is left or the deadline is near. */
export async function sweepDue(run: SweepRun): Promise<void> {
  const done: Group[] = [];
  while (run.clock.now() < run.deadlineMs) {
    const group = await run.store.transaction((sql) => nextDueGroup(sql, run.startedAt, done));
    if (group === undefined) return;
    await sweepGroup(run, group);
    done.push(group);
  }
}
