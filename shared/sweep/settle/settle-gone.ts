import { inBatches } from '../../store/in-batches.ts';
import type { Group } from '../../watch/cohorts/cohort.ts';
import { groupKey } from '../../watch/cohorts/cohort.ts';
import { setApart } from '../apart.ts';
import { BATCH_ROWS } from '../batches.ts';
import { forgetAlarm, holdMissing, readMissing } from '../claim/group-facts.ts';
import type { HeldCohort } from '../claim/held-cohort.ts';
import type { Hold } from '../hold.ts';
import type { Asked } from '../read/asked.ts';
import { delayOf } from '../read/note-answer.ts';
import type { ReadById } from '../read/read-by-id.ts';
import { countMisses } from './settle.ts';

/** When at least this many ids were read and half of them or more are gone, it is CI that errs and not the jobs. */
const MASS_VANISH_FROM = 10;
const MASS_VANISH_SHARE = 0.5;
export const MASS_VANISH_HOLD_SECONDS = 3600;

/**
 * Decides about the ids that CI no longer knows, group by group, while the cohorts that they belong to are still held.
 * @param cohorts all that this token holds
 */
export async function settleGone(hold: Hold, read: ReadById, cohorts: readonly HeldCohort[]): Promise<void> {
  const groups = new Map<string, { group: Group; gone: Asked[]; described: number }>();
  const of = (asked: Asked) => {
    const key = groupKey(asked.group);
    const known = groups.get(key) ?? { group: asked.group, gone: [], described: 0 };
    groups.set(key, known);
    return known;
  };
  for (const asked of read.gone) of(asked).gone.push(asked);
  // Members are counted with their cohorts.
  for (const asked of read.described) if (asked.cohort === undefined) of(asked).described += 1;
  for (const [key, { group, gone, described }] of groups) {
    const open = cohorts.reduce(
      (sum, held) => sum + (groupKey(held.cohort.group) === key ? held.open.size : 0),
      described,
    );
    await settleGroup(hold, group, gone, open);
  }
}

async function settleGroup(hold: Hold, group: Group, gone: readonly Asked[], open: number): Promise<void> {
  const { run, token } = hold;
  const facts = await run.store.transaction((sql) => readMissing(sql, group, token, open));
  const missing = gone.length + facts.missed;
  const seen = missing + open + facts.open;
  const enough = seen >= MASS_VANISH_FROM;
  const tooMany = enough && missing >= seen * MASS_VANISH_SHARE;
  // CI has recovered: if many vanish once more, that is another alarm.
  if (enough && !tooMany && facts.alarmed && !facts.held) {
    await run.store.transaction((sql) => forgetAlarm(sql, group));
  }
  const alarms = tooMany && !facts.alarmed;
  if (alarms) {
    run.log.error('many jobs vanished at once: none is closed for an hour', {
      code: 'MassVanish',
      ...group,
      gone: missing,
      seen,
    });
    await run.store.transaction((sql) => holdMissing(sql, group, MASS_VANISH_HOLD_SECONDS));
  }
  const next = gone.map(({ jobId, createdMs }) => ({ jobId, delayMs: delayOf(hold, createdMs) }));
  const closed = await inBatches(next, BATCH_ROWS, (batch) =>
    run.store.transaction(async (sql) => {
      if (!alarms && !facts.held) return await countMisses(sql, token, batch, run.limits.missingGraceSeconds);
      await setApart(sql, token, batch);
      return [];
    }),
  );
  const { length } = closed.flat();
  run.tally.changed += length;
  run.tally.finished += length;
  run.tally.recovered += length;
}
