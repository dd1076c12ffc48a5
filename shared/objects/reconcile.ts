import { randomUUID } from 'node:crypto';
import { CiError } from '../ci/ci-error.ts';
import type { ListedObject } from '../ci/xml/parse-objects.ts';
import { catches } from '../rules/match-rule.ts';
import type { Rule } from '../rules/rule.ts';
import type { SubmitPolicy } from '../submit/policy.ts';
import { askCi, isOutOfTime } from '../throttle/ask-ci.ts';
import { askLane, noteAnswered, noteFailure } from '../throttle/lanes.ts';
import type { Run } from '../throttle/run.ts';
import { type ListingTurn, saveMarker, stayInactive, takeListingTurn } from './rule-states.ts';
import { takeObject } from './take-object.ts';
import { withoutKnown } from './take-version.ts';

/** How long one page may take: a bucket that hangs must not use up the sweep. */
const LISTING_MS = 15_000;
/** Reasons that one log line holds. */
const MAX_LOGGED_REASONS = 10;

type ReconcilePolicy = Pick<SubmitPolicy, 'rules' | 'callback'>;

/** Finds objects whose events were lost: what a rule catches, newer than the rule, in a version that it does not know. */
export async function reconcile(run: Run, policy: ReconcilePolicy): Promise<void> {
  for (const rule of policy.rules.filter((candidate) => candidate.reconcile)) {
    if (rule.paused) {
      await run.store.transaction((sql) => stayInactive(sql, rule));
      continue;
    }
    const lane = askLane({ name: rule.bucket, region: rule.region });
    const token = randomUUID();
    const turn = await run.store.transaction((sql) => takeListingTurn(sql, rule, lane, token));
    if (turn === undefined) continue;
    try {
      await listPrefix(run, rule, policy, turn);
      await run.store.transaction((sql) => noteAnswered(sql, lane));
    } catch (error) {
      if (!(error instanceof CiError)) throw error;
      const { code, reason, retryAfterMs } = error;
      run.log.warn('the prefix of a rule could not be listed: it is listed again later', {
        code,
        rule: rule.name,
        bucket: rule.bucket,
        prefix: rule.prefix,
        reason: error.message,
      });
      if (isOutOfTime(run, error)) return;
      const failure = { about: `listing for rule ${rule.name}`, reason, retryAfterMs };
      await run.store.transaction((sql) => noteFailure(sql, lane, failure, run.clock.random()));
    }
  }
}

async function listPrefix(run: Run, rule: Rule, policy: ReconcilePolicy, turn: ListingTurn): Promise<void> {
  let { marker } = turn;
  let intended = 0;
  do {
    const page = await listPage(run, rule, marker);
    const taken = await takePage(run, rule, policy, turn, page);
    intended += taken.intended;
    // The page is listed again by whoever goes on.
    if (!taken.isWhole) break;
    marker = page.nextMarker;
    await run.store.transaction((sql) => saveMarker(sql, rule, turn.token, marker));
  } while (marker !== '' && run.clock.now() < run.deadlineMs);
  if (intended > 0)
    run.log.warn('events were lost: objects were found by listing, and are submitted', {
      code: 'Reconciled',
      rule: rule.name,
      intended,
    });
}

interface ListedPage {
  readonly objects: readonly ListedObject[];
  readonly nextMarker: string;
  /** when it was asked for, by the database's clock */
  readonly listedAtMs: number;
}

async function listPage(run: Run, rule: Rule, marker: string): Promise<ListedPage> {
  const bucket = { name: rule.bucket, region: rule.region };
  const deadlineMs = Math.min(run.deadlineMs, run.clock.now() + LISTING_MS);
  const { answer, sentAtMs } = await askCi({ ...run, deadlineMs }, bucket, (call) =>
    run.ci.listObjects(bucket, { prefix: rule.prefix, marker }, call),
  );
  const { objects, unreadable, nextMarker } = answer;
  if (unreadable.length > 0)
    run.log.warn('listed objects cannot be read: nothing is submitted for them', {
      code: 'UnreadableObject',
      rule: rule.name,
      reasons: unreadable.slice(0, MAX_LOGGED_REASONS),
      objects: unreadable.length,
    });
  return { objects, nextMarker, listedAtMs: sentAtMs };
}

/** Takes what the rule catches and does not know yet; not to the end of the page when the time is up. */
async function takePage(
  run: Run,
  rule: Rule,
  policy: ReconcilePolicy,
  { oldestMs }: ListingTurn,
  { objects, listedAtMs }: ListedPage,
): Promise<{ intended: number; isWhole: boolean }> {
  const { bucket, region } = rule;
  const caught = objects.filter(
    ({ key, modifiedMs }) => modifiedMs >= oldestMs && catches(rule, { bucket, region, key }),
  );
  if (caught.length === 0) return { intended: 0, isWhole: true };
  const unknown = await run.store.transaction((sql) => withoutKnown(sql, rule, caught));
  let intended = 0;
  for (const { key, etag, size, modifiedMs } of unknown) {
    if (run.clock.now() >= run.deadlineMs) return { intended, isWhole: false };
    const write = { bucket, region, key, etag, size, timeMs: modifiedMs, write: '' };
    const decisions = await run.store.transaction((sql) =>
      takeObject(sql, write, { ...policy, rules: [rule] }, { listedAtMs }),
    );
    intended += decisions.filter(({ decided }) => decided === 'intended').length;
  }
  return { intended, isWhole: true };
}
