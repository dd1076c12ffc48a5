/**
 * What a sweep costs in which nothing has changed, and one in which 1 % has ended: 10 000 open jobs in one group.
 * `npx tsx bench/unchanged-sweep.ts [jobs] [sweeps]`.
 */
import { type Swept, startOpenGroups } from './open-group.ts';

const JOBS = Number(process.argv[2] ?? 10_000);
const SWEEPS = Number(process.argv[3] ?? 1000);
/** Jobs came so many a second. */
const A_SECOND = 100;
const MAX_WAL_MB = 0.1;
const MAX_CPU_MS = 0.35;
const MAX_WALL_MS = 4000;
const MAX_REQUESTS = 112;

const groups = await startOpenGroups(2000);
let broken = 0;
try {
  // One sweep writes what CI says of them; from then on nothing changes.
  const finished = Math.floor(JOBS / 100);
  for (let left = JOBS - finished, ago = 3600; left > 0; left -= A_SECOND, ago -= 1) {
    await groups.watch(Math.min(A_SECOND, left), { ago });
  }
  await groups.watch(finished, { state: 'Success', ago: 3500 });
  await groups.sql`update watch_cohorts set next_check_at = jobwatch_now() - interval '1 second'`;
  const first = await groups.sweep();
  tell('the first, in which all is new', first, JOBS);
  await groups.sql`vacuum (analyze) watches`;
  await groups.makeDue();
  // Full images of pages after the checkpoint are the checkpoint's own.
  await groups.sweep();
  await groups.sql`alter system set full_page_writes = off`;
  await groups.sql`select pg_reload_conf()`;
  const size = () => groups.sql<{ bytes: number }[]>`select pg_relation_size('watches')::float8 as bytes`;
  const [before] = await size();
  const [cohorts] = await groups.sql<
    { count: number }[]
  >`select count(*)::int as count from watch_cohorts where open > 0`;
  const written = () => groups.sql<{ watches: number; cohorts: number }[]>`
    select sum(n_tup_upd) filter (where relname = 'watches')::int as watches,
      sum(n_tup_upd + n_tup_ins) filter (where relname = 'watch_cohorts')::int as cohorts
    from pg_stat_user_tables`;
  const [rows] = await written();
  let last: Swept | undefined;
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    await groups.makeDue();
    last = await groups.sweep();
    if (sweep < 3 && last) tell(`unchanged ${sweep + 1}`, last, JOBS - finished);
  }
  if (last === undefined) throw new Error('expected a sweep');
  tell(`unchanged ${SWEEPS}`, last, JOBS - finished);
  const [after] = await size();
  await groups.sql`select pg_stat_force_next_flush()`;
  const [then] = await written();
  console.log(
    `${cohorts?.count} cohorts; rows of watches written: ${(then?.watches ?? 0) - (rows?.watches ?? 0)}; heap ${before?.bytes} → ${after?.bytes}`,
  );
  check('WAL in MB', last.walBytes / 1e6, MAX_WAL_MB);
  check('CPU a job in ms', last.cpuMs / (JOBS - finished), MAX_CPU_MS);
  check('wall in ms', last.wallMs, MAX_WALL_MS);
  check('requests of the first', first.tally.requests.list + first.tally.requests.describe, MAX_REQUESTS);
  check('growth of the heap', (after?.bytes ?? 0) - (before?.bytes ?? 0), 0);
} finally {
  await groups.close();
}
process.exitCode = broken > 0 ? 1 : 0;

function tell(what: string, { tally, wallMs, cpuMs, walBytes }: Swept, jobs: number): void {
  const { list, describe } = tally.requests;
  console.log(
    `${what}: ${list} + ${describe} requests, ${Math.round(wallMs)} ms, CPU ${(cpuMs / jobs).toFixed(3)} ms a job, WAL ${(walBytes / 1e6).toFixed(3)} MB, changed ${tally.changed}`,
  );
}

function check(what: string, value: number, most: number): void {
  const kept = value <= most;
  if (!kept) broken += 1;
  console.log(`${what}: ${value.toFixed(3)}, at most ${most}: ${kept ? 'kept' : 'NOT KEPT'}`);
}
