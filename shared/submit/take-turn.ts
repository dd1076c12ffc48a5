import type { Bucket } from '../ci/bucket.ts';
import type { Rule } from '../rules/rule.ts';
import type { Sql } from '../store/store.ts';
import { LEASE_SECONDS } from '../sweep/claim/lease.ts';
import { type Entry, giveProbeBack, isPutOff, type Lane, putLaneOff, takeLane } from '../throttle/lanes.ts';
import type { IntentRow } from './intent.ts';

/** How often a lane is looked at whose rule is paused or gone. */
const RULE_AWAY_SECONDS = 300;

/** Some intents of one lane, claimed: to be posted, or to be looked for at CI. */
export interface Turn {
  readonly lane: Lane;
  readonly entry: Exclude<Entry, 'put-off'>;
  readonly token: string;
  readonly intents: readonly IntentRow[];
}

export interface TakeTurn {
  readonly token: string;
  readonly rules: readonly Rule[];
  /** intents that are claimed at once */
  readonly most: number;
  /** what this run is asking already: a bucket that hangs uses one place */
  readonly busy: readonly Bucket[];
}

/** Takes what is due of the lane that was served longest ago; undefined when nothing is due that may be taken. */
export async function takeTurn(sql: Sql, { token, rules, most, busy }: TakeTurn): Promise<Turn | undefined> {
  for (const lane of await dueLanes(sql, busy)) {
    if (lane.kind === 'submit' && lane.rule !== '') {
      const rule = rules.find(({ name }) => name === lane.rule);
      if (rule === undefined || rule.paused) {
        const reason = `held back: rule ${lane.rule} is paused or gone`;
        await putLaneOff(sql, lane, reason, RULE_AWAY_SECONDS);
        continue;
      }
    }
    const entry = await takeLane(sql, lane);
    if (entry === undefined) continue;
    const claimed = await claim(sql, lane, token, entry === 'probe' ? 1 : most);
    if (claimed.length > 0) return { lane, entry, token, intents: claimed };
    // Somebody else has what was due.
    if (entry === 'probe') await giveProbeBack(sql, lane);
  }
  return undefined;
}

/** Takes these intents, of the first lane that may be entered; `left` are those of other lanes. */
export async function takeOwnTurn(
  sql: Sql,
  { token, rules, most }: Omit<TakeTurn, 'busy'>,
  ids: readonly string[],
): Promise<{ turn: Turn | undefined; left: readonly string[] }> {
  const intents = await sql<Pick<IntentRow, 'id' | 'bucket' | 'region' | 'rule'>[]>`
    select id, bucket, region, rule from intents
    where id in ${sql(ids)} and settled_at is null and state = 'pending'
      and next_try_at <= (select jobwatch_now()) and (claimed_until is null or claimed_until < jobwatch_now())`;
  const [first] = intents;
  if (first === undefined) return { turn: undefined, left: [] };
  const { bucket, region, rule } = first;
  const lane: Lane = { kind: 'submit', bucket, region, rule };
  const [mine, others] = [
    intents.filter((intent) => isIn(intent, lane)),
    intents.filter((i) => !isIn(i, lane)),
  ];
  const left = others.map(({ id }) => id);
  const known = rules.find(({ name }) => name === rule);
  if (known === undefined || known.paused) return { turn: undefined, left };
  const entry = await takeLane(sql, lane);
  if (entry === undefined) return { turn: undefined, left };
  const isProbe = entry === 'probe';
  const now = mine.slice(0, isProbe ? 1 : most).map(({ id }) => id);
  const claimed = await claimThese(sql, token, now);
  const later = isProbe ? [] : mine.slice(now.length).map(({ id }) => id);
  return { turn: { lane, entry, token, intents: claimed }, left: [...left, ...later] };
}

function isIn(intent: Pick<IntentRow, 'bucket' | 'region' | 'rule'>, lane: Lane): boolean {
  return intent.bucket === lane.bucket && intent.region === lane.region && intent.rule === lane.rule;
}

/** Gives back what was claimed and not begun: it is due as it was. */
export async function giveBackIntents(sql: Sql, token: string, ids: readonly string[]): Promise<void> {
  await sql`
    update intents set claim_token = null, claimed_until = null
    where id in ${sql(ids)} and claim_token = ${token} and settled_at is null`;
}

/** The lanes that have work and are not put off, from one lane to the next by the intents' own indexes. */
async function dueLanes(sql: Sql, busy: readonly Bucket[]): Promise<Lane[]> {
  return await sql<Lane[]>`
    with recursive submit as (
      (select bucket, region, rule from intents
        where settled_at is null and state = 'pending' order by bucket, region, rule limit 1)
      union all
      select n.bucket, n.region, n.rule from submit s, lateral (
        select bucket, region, rule from intents
        where settled_at is null and state = 'pending' and (bucket, region, rule) > (s.bucket, s.region, s.rule)
        order by bucket, region, rule limit 1) as n
    ), ask as (
      (select bucket, region from intents
        where settled_at is null and state in ('posting', 'doubtful') order by bucket, region limit 1)
      union all
      select n.bucket, n.region from ask a, lateral (
        select bucket, region from intents
        where settled_at is null and state in ('posting', 'doubtful') and (bucket, region) > (a.bucket, a.region)
        order by bucket, region limit 1) as n
    ), due as (
      -- one row each, not "exists": that may be done by reading all that waits
      select 'submit' as kind, bucket, region, rule from submit s where (
        select true from intents i
        where settled_at is null and state = 'pending'
          and i.bucket = s.bucket and i.region = s.region and i.rule = s.rule and ${isDue(sql)}
        order by next_try_at limit 1)
      union all
      select 'ask', bucket, region, '' from ask a where (
        select true from intents i
        where settled_at is null and state in ('posting', 'doubtful')
          and i.bucket = a.bucket and i.region = a.region and ${isDue(sql)}
        order by next_try_at limit 1)
    )
    select kind, bucket, region, rule
    from due left join lanes using (kind, bucket, region, rule)
    where not coalesce(${isPutOff(sql)}, false)
      and (bucket, region) not in (
        select name, region from json_to_recordset(${JSON.stringify(busy)}::text::json) as b (name text, region text))
    order by coalesce(served, 0), kind, bucket, region, rule`;
}

function isDue(sql: Sql) {
  return sql`next_try_at <= (select jobwatch_now())
    and (claimed_until is null or claimed_until < jobwatch_now())
    and (post_until is null or post_until < jobwatch_now())`;
}

async function claim(sql: Sql, { kind, bucket, region, rule }: Lane, token: string, most: number) {
  return await sql<IntentRow[]>`
    with due as (
      select id from intents
      where settled_at is null and bucket = ${bucket} and region = ${region} and ${
        kind === 'submit' ? sql`state = 'pending' and rule = ${rule}` : sql`state in ('posting', 'doubtful')`
      } and ${isDue(sql)}
      order by next_try_at
      limit ${most}
      for update skip locked
    )
    ${leased(sql, token)}`;
}

async function claimThese(sql: Sql, token: string, ids: readonly string[]) {
  return await sql<IntentRow[]>`
    with due as (
      select id from intents
      where id in ${sql(ids)} and settled_at is null and state = 'pending' and ${isDue(sql)}
      order by next_try_at
      for update skip locked
    )
    ${leased(sql, token)}`;
}

function leased(sql: Sql, token: string) {
  return sql`
    update intents i set
      claim_token = ${token}, claimed_until = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second'
    from due where i.id = due.id
    returning i.*`;
}
