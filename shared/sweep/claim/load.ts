import type { StoredCohort } from '../../watch/cohorts/rows.ts';
import type { Hold } from '../hold.ts';
import { cutCohort } from './cut-cohort.ts';
import { type HeldCohort, held } from './held-cohort.ts';
import { loadMembers } from './load-members.ts';
import { unlessBusy } from './unless-busy.ts';

/** What one claim holds, with its members. What is more than a sweep takes at a time is cut off and stays due. */
export async function load(
  hold: Hold,
  cohorts: readonly StoredCohort[],
  wanted: boolean,
): Promise<HeldCohort[]> {
  const loaded = await loadMembers(hold.run.store, cohorts);
  const result: HeldCohort[] = [];
  for (const [index, cohort] of cohorts.entries()) {
    const { members = [], restMs } = loaded[index] ?? {};
    if (restMs === undefined) {
      result.push(held(cohort, members, wanted));
    } else if (await unlessBusy(hold, cohort.group, (sql) => cutCohort(sql, hold.token, cohort, restMs))) {
      result.push(held({ ...cohort, endMs: restMs, listed: undefined, unlisted: 0 }, members, wanted));
    }
  }
  return result;
}
