import { afterAll, beforeAll, expect, it } from 'vitest';
import { listActs } from '../../shared/acts/list-acts.ts';
import { systemClock } from '../../shared/clock.ts';
import { createLog } from '../../shared/log.ts';
import { findWritingJob } from '../../shared/objects/find-writing-job.ts';
import { listRules } from '../../shared/objects/list-rules.ts';
import { orderRetries } from '../../shared/objects/order-retries.ts';
import { remakeOvertaken } from '../../shared/objects/remake-overtaken.ts';
import { takeVersion } from '../../shared/objects/take-version.ts';
import { workOffRetries } from '../../shared/objects/work-off-retries.ts';
import { beginGiven } from '../../shared/submit/begin-given.ts';
import { secondsUntilBehind } from '../../shared/submit/brake.ts';
import type { IntentRow } from '../../shared/submit/intent.ts';
import { insertPending } from '../../shared/submit/intents/insert.ts';
import { releaseWaiting, releaseWaitingFor } from '../../shared/submit/intents/release.ts';
import { isOutdated, supersedeOlder } from '../../shared/submit/intents/supersede.ts';
import { isBeingWritten, outputsMeaning } from '../../shared/submit/outputs/being-written.ts';
import { giveBackOutputs } from '../../shared/submit/outputs/give-back.ts';
import { noteOutputs } from '../../shared/submit/outputs/note.ts';
import { removeIdleHolds } from '../../shared/submit/outputs/remove-idle.ts';
import { takeOutputs } from '../../shared/submit/outputs/take.ts';
import { takeTurn, takeTurnOfGiven } from '../../shared/submit/take-turn.ts';
import { slotsByAccount } from '../../shared/throttle/rate.ts';
import { type ExplainedStore, startExplainedStore } from '../worlds/explained-store.ts';
import { policyOf, ruleOf } from '../worlds/ruled-world.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';

/** Unsettled: half of them wait in lanes, a quarter is in doubt, a quarter waits for an output. */
const UNSETTLED = 20_000;
const AT = { bucket: BUCKET, region: REGION, object: 'clips/77.mp4', rule: 'clips-to-gif' };

let explained: ExplainedStore;

beforeAll(async () => {
  explained = await startExplainedStore();
  const { client } = explained;
  await client`
    insert into intents (id, bucket, region, source, rule, request, state, tries, version, waits_bucket, waits_key,
      next_try_at, created_at)
    select gen_random_uuid(), ${BUCKET}, ${REGION}, 'object', 'clips-to-gif', json_build_object('Tag', 'Animation',
        'Input', json_build_object('Object', 'clips/' || n || '.mp4'),
        'Operation', json_build_array(json_build_object('Output', json_build_object(
          'Region', ${REGION}::text, 'Bucket', ${BUCKET}::text, 'Object', 'gifs/' || n || '.gif')))),
      case when n % 4 = 0 then 'doubtful' else 'pending' end, 1, 1,
      case when n % 4 = 1 then ${BUCKET} end, case when n % 4 = 1 then 'gifs/' || n || '.gif' end,
      case when n % 4 = 1 then 'infinity'::timestamptz else now() - n * interval '1 second' end, now()
    from generate_series(1, ${UNSETTLED}) as n`;
  await client`
    insert into intent_outputs (intent_id, bucket, head, key)
    select id, bucket, head, head || case when head = 'out/' then '\${jobid}.gif' else '' end
    from (select id, bucket, case when tries = 1 and version = 1 and state = 'doubtful'
        then request->'Operation'->0->'Output'->>'Object' else 'out/' end as head
      from intents where settled_at is null and rule <> '') as i`;
  await client`
    insert into output_holds (bucket, key, intent_id, held_at)
    select distinct on (key) bucket, request->'Operation'->0->'Output'->>'Object' as key, id, now() - interval '1 hour'
    from intents where rule <> '' and settled_at is null`;
  await client`
    insert into object_versions (bucket, region, object, rule, etag, event_time, seen_at, version)
    select ${BUCKET}, ${REGION}, 'clips/' || n || '.mp4', 'clips-to-gif', n, now(), now(), 1
    from generate_series(1, ${UNSETTLED}) as n`;
  await client`update watches set rule = 'clips-to-gif', output_bucket = ${BUCKET}, output_key = 'gifs/' || job_id || '.gif'`;
  await client.unsafe('analyze');
});

afterAll(() => explained.close());

async function intentOf(state: string): Promise<IntentRow> {
  const [intent] = await explained.client<IntentRow[]>`
    select * from intents where state = ${state} and rule <> '' and settled_at is null and waits_key is null limit 1`;
  if (intent === undefined) throw new Error('no such intent');
  return intent;
}

it('which lane is next, and what is due in it, is read from the intents in line', async () => {
  const policy = policyOf(ruleOf());
  await explained.expectIndexes((sql) => takeTurn(sql, policy, []), ['intents_in_lane', 'intents_to_look']);
  const [{ id } = { id: '' }] = await explained.client<{ id: string }[]>`select id from intents limit 1`;
  await explained.expectIndexes((sql) => takeTurnOfGiven(sql, policy, [id]), ['intents_pkey']);
});

it('whether an object is being written is one question, whatever waits', async () => {
  const asked = async (key: string) => {
    let answer = false;
    await explained.expectIndexes(
      async (sql) => {
        const output = { bucket: BUCKET, key };
        const meant = await outputsMeaning(sql, output);
        answer = meant.length > 0 && (await isBeingWritten(sql, output, meant));
      },
      ['intent_outputs_by_head'],
    );
    return answer;
  };
  expect(await asked('out/j0123.gif')).toBe(true);
  expect(await asked('out/j0123.webp')).toBe(false);
  expect(await asked('gifs/8.gif')).toBe(true);
  expect(await asked(`clips/${'𝄞'.repeat(200)}`)).toBe(false);
});

it('a version, what it supersedes, and whether an intent is outdated', async () => {
  const told = { id: 'w', etag: 'new', timeMs: Date.now() };
  await explained.expectIndexes((sql) => takeVersion(sql, AT, told), ['object_versions_pkey']);
  await explained.expectIndexes((sql) => supersedeOlder(sql, AT, 2), ['intents_of_object']);
  const intent = await intentOf('pending');
  await explained.expectIndexes((sql) => isOutdated(sql, intent), ['object_versions_pkey']);
});

it('an output is taken and given up by its key, and what waits is looked through in the order of keys', async () => {
  const intent = await intentOf('doubtful');
  await explained.expectIndexes((sql) => takeOutputs(sql, intent), ['watches_writing']);
  await explained.expectIndexes((sql) => noteOutputs(sql, intent), ['intent_outputs_of_intent']);
  await explained.expectIndexes(
    (sql) => giveBackOutputs(sql, intent.id),
    ['output_holds_of_intent', 'intent_outputs_of_intent'],
  );
  await releaseWaiting(explained.store, () => false);
  explained.expectUsed(['intents_waiting', 'output_holds_pkey']);
  await explained.expectIndexes(
    (sql) => releaseWaitingFor(sql, ['open-1', 'ended-2']),
    ['watches_pkey', 'intents_waiting', 'watches_writing'],
  );
  await explained.expectIndexes((sql) => removeIdleHolds(sql), ['output_holds_by_age']);
  await remakeOvertaken(explained.store);
  explained.expectUsed(['watches_overtaken']);
});

it('what people order goes by indexes', async () => {
  await explained.expectIndexes((sql) => listActs(sql, { limit: 50 }), ['acts_newest']);
  await explained.expectIndexes((sql) => listRules(sql, [ruleOf()]), ['watches_by_rule', 'intents_in_lane']);
  await explained.expectIndexes(
    (sql) => secondsUntilBehind(sql, ruleOf({ maxJobsPerHour: 1000 })),
    ['intents_behind_posted'],
  );
  await explained.expectIndexes(
    (sql) => orderRetries(sql, { wanted: { filter: { rule: 'other' } }, by: 'ann', dryRun: true }),
    ['watches_by_rule'],
  );
  const worker = { store: explained.store, log: createLog('error', {}), callback: undefined };
  let turns = 3;
  await workOffRetries({ ...worker, hasTime: () => turns-- > 0 });
  explained.expectUsed(['retry_jobs_pkey', 'intents_behind', 'watches_pkey']);
});

it('what comes with every event is planned well without its values, since its plans are kept', async () => {
  const { client, store } = explained;
  await client.unsafe('set plan_cache_mode = force_generic_plan');
  await explained.expectIndexes(
    (sql) => findWritingJob(sql, { bucket: BUCKET, key: 'gifs/77.gif' }),
    ['watches_output'],
  );
  await explained.expectIndexes(
    (sql) => takeVersion(sql, AT, { id: 'x', etag: 'x', timeMs: Date.now() }),
    ['object_versions_pkey'],
  );
  const request = { Tag: 'Animation', Input: { Object: AT.object }, Operation: [{}] };
  const bucket = { name: BUCKET, region: REGION };
  const made = { bucket, request, source: 'object' as const, rule: AT.rule, version: 2, supersedes: AT };
  await explained.expectIndexes((sql) => insertPending(sql, made), ['intents_of_object']);
  const [{ id } = { id: '' }] = await client<{ id: string }[]>`
    select id from intents
    where state = 'pending' and settled_at is null and waits_key is null and version = 1 limit 1`;
  const slotsFor = slotsByAccount(store, 1000, systemClock);
  await explained.expectIndexes(
    (sql) => beginGiven(sql, { id, rule: AT.rule }, policyOf(ruleOf()), slotsFor),
    [
      'intents_pkey',
      'object_versions_pkey',
      'output_holds_pkey',
      'watches_writing',
      'intent_outputs_of_intent',
    ],
  );
  await client.unsafe('reset plan_cache_mode');
});
