/**
 * What one instance sweeps of 100 000 open jobs in one group at 50 requests a second, and of 10 000 groups of ten:
 * `npx tsx bench/many-groups.ts [jobs] [groups]`; with 0 jobs, or 0 groups, that half is left out.
 */
import { chunksOf } from '../shared/ci/chunks-of.ts';
import { startOpenGroups } from './open-group.ts';

const JOBS = Number(process.argv[2] ?? 100_000);
const GROUPS = Number(process.argv[3] ?? 10_000);
const TEN = 10;
/** Jobs came so many a second. */
const A_SECOND = 100;
/** What the platform gives a sweep. */
const SWEEP_MS = 60_000;
const MAX_RPS = 50;
const MAX_REQUESTS = Math.round(JOBS * 0.0105);
const LEAST_GROUPS_A_SECOND = 100;
const GROUPS_A_BATCH = 50;
let broken = 0;

if (JOBS > 0) await oneGroup();
if (GROUPS > 0) await manyGroups();
process.exitCode = broken > 0 ? 1 : 0;

async function oneGroup(): Promise<void> {
  const groups = await startOpenGroups(MAX_RPS);
  try {
    for (let left = JOBS, ago = 7200; left > 0; left -= A_SECOND, ago -= 1) {
      await groups.watch(Math.min(A_SECOND, left), { ago });
    }
    await groups.sql`update watch_cohorts set next_check_at = jobwatch_now() - interval '1 second'`;
    await groups.sql`vacuum analyze watches`;
    let [requests, sweeps] = [0, 0];
    for (let unread = JOBS; unread > 0; sweeps += 1) {
      const { tally, wallMs } = await groups.sweep(SWEEP_MS);
      requests += tally.requests.list + tally.requests.describe;
      const [left] = await groups.sql<{ count: number }[]>`
        select count(*)::int as count from watches where state = 'Submitted'`;
      unread = left?.count ?? 0;
      console.log(
        `sweep ${sweeps + 1}: ${JSON.stringify(tally.requests)}, ${Math.round(wallMs)} ms, ${unread} unread`,
      );
    }
    check(
      `requests of a round of ${JOBS}, in ${sweeps} sweeps`,
      requests <= MAX_REQUESTS,
      requests,
      MAX_REQUESTS,
    );
  } finally {
    await groups.close();
  }
}

async function manyGroups(): Promise<void> {
  const groups = await startOpenGroups(5000);
  try {
    const queueIds = Array.from({ length: GROUPS }, (_, group) => `p${String(group).padStart(32, '0')}`);
    // Many a transaction, or making them takes longer than all sweeps.
    for (const some of chunksOf(queueIds, GROUPS_A_BATCH))
      await groups.watch(TEN, { queueIds: some, ago: 600 });
    await groups.sql`update watch_cohorts set next_check_at = jobwatch_now() - interval '1 second'`;
    await groups.sweep();
    await groups.sql`vacuum analyze watches, watch_cohorts`;
    await groups.makeDue();
    const { tally, wallMs } = await groups.sweep();
    const rate = GROUPS / (wallMs / 1000);
    console.log(`${GROUPS} groups of ten: ${JSON.stringify(tally.requests)}, ${Math.round(wallMs)} ms`);
    check('groups a second', rate >= LEAST_GROUPS_A_SECOND, Math.round(rate), LEAST_GROUPS_A_SECOND);
  } finally {
    await groups.close();
  }
}

function check(what: string, kept: boolean, value: number, limit: number): void {
  if (!kept) broken += 1;
  console.log(`${what}: ${value} (${limit}): ${kept ? 'kept' : 'NOT KEPT'}`);
}
