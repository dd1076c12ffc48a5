import { describe, expect, it, onTestFinished } from 'vitest';
import type { Sql, Store } from '../../../shared/store/store.ts';
import { readVersion } from '../../../shared/watch/overview/read-version.ts';
import { type CountedWorld, startCountedWorld } from '../../worlds/counted-world.ts';
import { startSweeping } from '../../worlds/sweeping.ts';
import { BUCKET, REGION } from '../../worlds/test-cloud.ts';

const versionOf = async (store: Store) => (await store.transaction(readVersion)).version;

/** Runs it, and tells how often the version has moved since. */
async function moved(store: Store, change: () => Promise<unknown>): Promise<number> {
  const before = Number(await versionOf(store));
  await change();
  return Number(await versionOf(store)) - before;
}

/** Everything up to the commit, which is made when it is asked for. */
async function begun(world: CountedWorld, change: (sql: Sql) => Promise<unknown>) {
  let commit: () => void = () => undefined;
  const told = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let isWritten: () => void = () => undefined;
  const written = new Promise<void>((resolve) => {
    isWritten = resolve;
  });
  const done = world.openOwnStore().transaction(async (sql) => {
    await change(sql);
    isWritten();
    await told;
  });
  onTestFinished(() => commit());
  await written;
  return async () => {
    commit();
    await done;
  };
}

const addIntent = (id: string) => (sql: Sql) =>
  sql`
  insert into intents (id, bucket, region, source, request, state, next_try_at, created_at)
  values (${id}, ${BUCKET}, ${REGION}, 'submit', '{}', 'pending', jobwatch_now(), jobwatch_now())`;
const INTENTS = [1, 2].map((n) => `00000000-0000-0000-0000-00000000000${n}`);

describe('the Version moves', () => {
  it('with each of two transactions that are committed in the other order than they began', async () => {
    const world = await startCountedWorld();
    const [one = '', two = ''] = INTENTS;
    const versions = [await versionOf(world.store)];
    const commitFirst = await begun(world, addIntent(one));
    const commitSecond = await begun(world, addIntent(two));
    versions.push(await versionOf(world.store));
    await commitSecond();
    versions.push(await versionOf(world.store));
    // What is folded meanwhile takes nothing of it.
    await world.fold();
    versions.push(await versionOf(world.store));
    await commitFirst();
    versions.push(await versionOf(world.store));
    await world.fold();
    versions.push(await versionOf(world.store));
    expect(versions.map(Number)).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('with watches, their states and outcomes, once for each transaction', async () => {
    const world = await startCountedWorld();
    const { store } = world;
    expect(await moved(store, () => world.watch(['a', 'b', 'c']))).toBe(1);
    expect(await moved(store, () => world.end(['a', 'b'], { state: 'Failed' }))).toBe(1);
    expect(await moved(store, () => world.miss(['c']))).toBe(1);
    expect(await moved(store, () => world.watch(['c']))).toBe(1);
  });

  it.each([
    ['an intent', "update intents set state = 'refused'"],
    ['what is the matter with an intent', "update intents set last_error = 'SlowDown'"],
    ['a delivery', "update deliveries set state = 'delivered'"],
    ['an attempt', 'update deliveries set attempts = attempts + 1'],
    ['an endpoint', 'update endpoints set disabled_at = jobwatch_now()'],
    ['a rule', 'update rule_states set braked_at = jobwatch_now()'],
    ['an endpoint that is gone', 'delete from endpoints'],
  ])('with %s', async (_, statement) => {
    const world = await startStocked();
    expect(await moved(world.store, () => world.sql.unsafe(statement))).toBe(1);
  });
});

describe('the Version does not move', () => {
  it.each([
    'update watches set checks = checks + 1, claim_token = gen_random_uuid(), apart_at = jobwatch_now()',
    "update intents set claim_token = gen_random_uuid(), next_try_at = jobwatch_now() + interval '1 hour'",
    'update deliveries set claim_token = gen_random_uuid(), claimed_until = jobwatch_now()',
    "update endpoints set touched_at = jobwatch_now() + interval '1 hour'",
    "update rule_states set marker = 'm', reconcile_at = jobwatch_now(), active_since = jobwatch_now()",
    'update watch_cohorts set next_check_at = jobwatch_now()',
    'delete from watches',
    'delete from intents',
  ])('with %s', async (statement) => {
    const world = await startStocked();
    expect(await moved(world.store, () => world.sql.unsafe(statement))).toBe(0);
  });

  it('while nothing happens, however often jobs are checked', async () => {
    const world = await startSweeping();
    const ids = await world.jobs({ count: 12, state: 'Running' });
    await world.watch(ids);
    await world.sweep();
    await world.sweep();
    const checks = async () => {
      for (let sweep = 0; sweep < 3; sweep += 1) {
        await world.makeDue(ids);
        await world.pass(400);
        await world.sweep();
      }
    };
    expect(await moved(world.store, checks)).toBe(0);
    expect(await world.requestsSoFar()).not.toEqual({ list: 0, describe: 0 });
  });
});

/** A world with one of everything that the version goes by. */
async function startStocked(): Promise<CountedWorld> {
  const world = await startCountedWorld();
  await world.watch(['a']);
  await world.end(['a'], { state: 'Success' });
  await world.store.transaction(addIntent(INTENTS[0] ?? ''));
  await world.sql.unsafe(`
    insert into endpoints (name, touched_at) values ('hooks', jobwatch_now());
    insert into rule_states (rule, active_since, reconcile_at) values ('gifs', jobwatch_now(), jobwatch_now());
    insert into deliveries (id, event_seq, job_id, endpoint, state, next_attempt_at, created_at)
    select id || '.hooks', seq, job_id, 'hooks', 'pending', jobwatch_now(), jobwatch_now() from events`);
  return world;
}
