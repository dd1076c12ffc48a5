import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { createLog } from '../../shared/log.ts';
import { afterClockBack } from '../../shared/objects/after-clock-back.ts';
import { remakeOvertaken } from '../../shared/objects/remake-overtaken.ts';
import { openStore, type Store } from '../../shared/store/store.ts';
import { type RuledWorld, ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';
import { until } from '../worlds/until.ts';

/*
 * Two transactions that hold what the other waits for: PostgreSQL ends one of them after a second, and it is done
 * again later. Here neither comes to wait.
 */

const KEY = 'clips/a.mp4';
const RULES = ['one', 'two'].map((name) =>
  ruleOf({ name, overlaps: true, output: { object: `${name}/\${name}.gif` } }),
);

function storeOf(world: RuledWorld): Store {
  const store = openStore(world.databaseUrl, Date.now);
  onTestFinished(store.close);
  return store;
}

it('an event of two rules and jobs of both that were overtaken do not wait for each other', async () => {
  const world = await startRuledWorld(RULES);
  await world.drop({ key: KEY, etag: 'a', at: 1 });
  await world.sql`update watches set outcome = 'Missing', ended_at = jobwatch_now()`;
  await world.drop({ key: KEY, etag: 'b', at: 2 });
  expect(await world.inputsAtCi()).toEqual([KEY, KEY, KEY, KEY]);
  // The older ones have ended after all, first that of the second rule.
  await world.sql`
    update watches set outcome = 'Success', overtaken = true,
      ended_at = jobwatch_now() + case rule when 'two' then interval '1 second' else interval '2 seconds' end
    where outcome = 'Missing'`;
  const store = storeOf(world);
  const { remade } = await world.sql.begin(async (event) => {
    await event`select 1 from object_versions where rule = 'one' for update`;
    const remade = remakeOvertaken(store);
    await until(async () => {
      const waiting = await world.sql`
          select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      expect(waiting).toHaveLength(1);
    });
    await event`select 1 from object_versions where rule = 'two' for update`;
    return { remade };
  });
  await remade;
  expect(await world.sql`select 1 from intents where posted_at is null`).toHaveLength(2);
});

it.each(['rule_states', 'lanes'])(
  'whoever puts a clock right waits for nobody who holds %s',
  async (table) => {
    const world = await startRuledWorld([ruleOf({ reconcile: true })]);
    await world.recheck();
    await world.sql`
    insert into lanes (kind, bucket, region, rule, put_off_until)
    values ('ask', ${BUCKET}, ${REGION}, '', jobwatch_now() + interval '1 day')`;
    await world.sql`update rule_states set reconcile_at = jobwatch_now() + interval '1 day'`;
    const parts = { store: storeOf(world), clock: systemClock, log: createLog('error', {}), deadlineMs: 0 };
    await world.sql.begin(async (listing) => {
      await listing`select 1 from ${listing(table)} for update`;
      await afterClockBack(parts, 120);
      await listing`update lanes set failures = failures`;
      await listing`update rule_states set marker = marker`;
    });
    await afterClockBack(parts, 120);
    expect(await world.sql`select 1 from lanes where put_off_until is not null`).toEqual([]);
    expect(await world.sql`select 1 from rule_states where reconcile_at > jobwatch_now()`).toEqual([]);
  },
);
