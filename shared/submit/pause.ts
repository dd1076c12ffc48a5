import type { Fragment, Sql } from '../store/store.ts';
import { clearPutOff, type Lane, putLaneOff } from '../throttle/lanes.ts';

/** How often a lane is looked at whose rule is paused or gone. */
const RULE_AWAY_SECONDS = 300;

/** A rule that somebody has paused at run time: its objects are noted and wait, and none of its jobs is submitted. */
export interface Pause {
  readonly by: string;
  /** undefined: until somebody says otherwise */
  readonly until: Date | undefined;
  readonly seconds: number;
}

interface PauseRow {
  rule: string;
  paused_by: string;
  until: Date | null;
  seconds: number;
}

/** The rules that are paused now, by their names. */
export async function pausesNow(sql: Sql): Promise<ReadonlyMap<string, Pause>> {
  const rows = await sql<PauseRow[]>`
    select rule, paused_by, nullif(paused_until, 'infinity') as until,
      least(extract(epoch from nullif(paused_until, 'infinity') - jobwatch_now())::float8, ${RULE_AWAY_SECONDS}) as seconds
    from rule_states where ${isPaused(sql)}`;
  return new Map(
    rows.map(({ rule, paused_by, until, seconds }) => [
      rule,
      { by: paused_by, until: until ?? undefined, seconds: Math.max(seconds, 0) },
    ]),
  );
}

/** The condition that the rule of a row of `rule_states` is paused now. */
export function isPaused(sql: Sql): Fragment {
  return sql`paused_until > jobwatch_now()`;
}

/** Pauses a rule, whose lane is put off at once. False when it is paused just so already. */
export async function pauseRule(sql: Sql, lane: Lane, by: string, until: Date | undefined): Promise<boolean> {
  const changed = await sql`
    insert into rule_states as r (rule, active_since, known_since, reconcile_at, paused_until, paused_by)
    values (${lane.rule}, jobwatch_now(), jobwatch_now(), jobwatch_now(), coalesce(${until ?? null}::timestamptz, 'infinity'), ${by})
    on conflict (rule) do update set paused_until = excluded.paused_until, paused_by = excluded.paused_by
      where r.paused_until is distinct from excluded.paused_until
    returning 1`;
  const pause = (await pausesNow(sql)).get(lane.rule);
  if (pause) await holdLane(sql, lane, pause);
  return changed.length > 0;
}

/** Ends a pause: what waits has its turn at once. False when the rule is not paused. */
export async function resumeRule(sql: Sql, lane: Lane): Promise<boolean> {
  const { count } = await sql`
    update rule_states set paused_until = null, paused_by = ''
    where rule = ${lane.rule} and ${isPaused(sql)}`;
  if (count > 0) await clearPutOff(sql, lane);
  return count > 0;
}

/** Keeps a lane off while its rule is paused: it is looked at again when that ends, or now and then. */
export async function holdLane(sql: Sql, lane: Lane, { by, until, seconds }: Pause): Promise<void> {
  const end = until === undefined ? '' : ` until ${until.toISOString()}`;
  await putLaneOff(sql, lane, `held back: rule ${lane.rule} is paused by ${by}${end}`, seconds);
}

/** The same where the configuration says so, or has the rule no more. */
export async function holdLaneOfNoRule(sql: Sql, lane: Lane): Promise<void> {
  await putLaneOff(sql, lane, `held back: rule ${lane.rule} is paused or gone`, RULE_AWAY_SECONDS);
}
