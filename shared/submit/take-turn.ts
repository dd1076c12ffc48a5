import { randomUUID } from 'node:crypto';
import type { Bucket } from '../ci/bucket.ts';
import type { Sql } from '../store/store.ts';
import { giveProbeBack, type Lane, takeLane } from '../throttle/lanes.ts';
import type { IntentRow } from './intent.ts';
import { claimGiven, claimOfLane } from './intents/claim.ts';
import { dueAmong, dueLanes } from './intents/due-lanes.ts';
import { holdLane, holdLaneOfNoRule, pausesNow } from './pause.ts';
import { activeRule, type SubmitPolicy } from './policy.ts';
import type { Turn } from './turn.ts';

/** Intents that a lane has done in one turn, or what a second's rate allows. */
const MAX_PER_TURN = 10;

/**
 * Takes what is due of the lane that was served longest ago; undefined when nothing is due that may be taken.
 * @param busy what this run is asking already: a bucket that hangs uses one place
 * @param withOrders whether what orders ask for may be taken, too
 */
export async function takeTurn(
  sql: Sql,
  policy: SubmitPolicy,
  busy: readonly Bucket[],
  withOrders = true,
): Promise<Turn | undefined> {
  const token = randomUUID();
  const pauses = await pausesNow(sql);
  for (const lane of await dueLanes(sql, busy)) {
    if (lane.kind === 'submit' && lane.rule !== '' && !activeRule(policy, lane.rule)) {
      await holdLaneOfNoRule(sql, lane);
      continue;
    }
    const pause = lane.kind === 'submit' ? pauses.get(lane.rule) : undefined;
    if (pause) {
      await holdLane(sql, lane, pause);
      continue;
    }
    const entry = await takeLane(sql, lane);
    if (entry === undefined) continue;
    const most = entry === 'probe' ? 1 : maxPerTurn(policy);
    const claimed = await claimOfLane(sql, lane, token, most, withOrders);
    if (claimed.length > 0) return turnOf(lane, entry, token, claimed);
    // Somebody else has what was due.
    if (entry === 'probe') await giveProbeBack(sql, lane);
  }
  return undefined;
}

/** What a turn was taken of, and the ids that may be taken next. */
export interface GivenTurn {
  /** undefined: their lane may not be entered now */
  readonly turn: Turn | undefined;
  readonly others: readonly string[];
}

/** Takes those of these intents that are due and stand in one lane, that of the first. */
export async function takeTurnOfGiven(
  sql: Sql,
  policy: SubmitPolicy,
  ids: readonly string[],
): Promise<GivenTurn> {
  const due = await dueAmong(sql, ids);
  const [first] = due;
  if (first === undefined) return { turn: undefined, others: [] };
  const { bucket, region, rule } = first;
  const lane: Lane = { kind: 'submit', bucket, region, rule };
  const idsWhere = (isWanted: boolean) =>
    due.filter((intent) => isIn(intent, lane) === isWanted).map(({ id }) => id);
  const [ofLane, ofOthers] = [idsWhere(true), idsWhere(false)];
  const isPaused = !activeRule(policy, rule) || (await pausesNow(sql)).has(rule);
  const entry = isPaused ? undefined : await takeLane(sql, lane);
  if (entry === undefined) return { turn: undefined, others: ofOthers };
  const token = randomUUID();
  const now = ofLane.slice(0, entry === 'probe' ? 1 : maxPerTurn(policy));
  const claimed = await claimGiven(sql, now, token);
  // Behind a probe nothing else of its lane may go.
  const later = entry === 'probe' ? [] : ofLane.slice(now.length);
  return { turn: turnOf(lane, entry, token, claimed), others: [...ofOthers, ...later] };
}

function turnOf(lane: Lane, entry: Turn['entry'], token: string, intents: readonly IntentRow[]): Turn {
  return { lane, entry, token, intents, left: new Set(intents.map(({ id }) => id)) };
}

function isIn(intent: Pick<IntentRow, 'bucket' | 'region' | 'rule'>, lane: Lane): boolean {
  return intent.bucket === lane.bucket && intent.region === lane.region && intent.rule === lane.rule;
}

function maxPerTurn({ ciMaxRps }: SubmitPolicy): number {
  return Math.max(1, Math.min(MAX_PER_TURN, Math.floor(ciMaxRps)));
}
