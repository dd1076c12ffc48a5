import type { Job } from '../../ci/job.ts';
import { isElement } from '../../ci/xml/xml-node.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Sql, Store } from '../../store/store.ts';
import { getIntent } from '../../submit/intents/get.ts';
import type { Outcome } from '../../watch/transition.ts';
import { decideEach } from '../decide-each.ts';
import { RETRY_WITHIN_SECONDS } from '../retry-failed.ts';
import { nextTry } from './next-try.ts';
import { recordReady } from './record-ready.ts';
import type { ObjectSet, SetRendition, Try } from './set.ts';
import { submitTry } from './submit-try.ts';

interface EndedRow {
  job_id: string;
  set_id: string;
  rendition: string;
  intent_id: string | null;
  outcome: Exclude<Outcome, ''>;
  output_key: string | null;
  retried_as: string | null;
  job: Job | null;
}

/**
 * Decides about results of renditions, each once: what is too large is made again with smaller parameters, and when the
 * last try of the last rendition has ended the object is told of as ready. After `retryFailed`, which goes before.
 */
export async function decideResults(store: Store, rules: readonly Rule[]): Promise<void> {
  await decideEach(store, (sql) => decideEnded(sql, rules));
  await decideEach(store, decideGivenUp);
}

async function decideEnded(sql: Sql, rules: readonly Rule[]): Promise<boolean> {
  const retried = rules.flatMap(({ name, retries, paused }) =>
    retries && !paused ? retries.codes.map((code) => ({ rule: name, code })) : [],
  );
  const [ended] = await sql<EndedRow[]>`
    with ended as (
      select job_id from watches w
      where set_id is not null and not set_decided and outcome <> ''
        -- what failed and is to be tried again has not come to its end
        and not (outcome = 'Failed' and retried_at is null
          and ended_at > jobwatch_now() - ${RETRY_WITHIN_SECONDS} * interval '1 second'
          and exists (
            select 1 from json_to_recordset(${JSON.stringify(retried)}::text::json) as r (rule text, code text)
            where r.rule = w.rule and r.code = w.job->>'Code'))
      order by ended_at limit 1 for update skip locked
    )
    update watches w set set_decided = true from ended where w.job_id = ended.job_id
    returning w.job_id, w.set_id, w.rendition, w.intent_id, w.outcome, w.output_key, w.retried_as, w.job`;
  if (ended === undefined) return false;
  // Its retry's job will be the result.
  if (ended.outcome !== 'Success' && ended.retried_as !== null) return true;
  await decide(
    sql,
    ended.set_id,
    async (set, rendition) => await decideTry(sql, set, rendition, ended),
    ended.rendition,
  );
  return true;
}

/** A submission that came to no job: its renditions have no result but those before. */
async function decideGivenUp(sql: Sql): Promise<boolean> {
  const [intent] = await sql<{ set_id: string; rendition: string }[]>`
    with settled as (
      select id from intents
      where set_id is not null and not set_decided and state in ('refused', 'canceled')
      order by settled_at limit 1 for update skip locked
    )
    update intents i set set_decided = true from settled where i.id = settled.id
    returning i.set_id, i.rendition`;
  if (intent === undefined) return false;
  for (const name of intent.rendition.split(','))
    await decide(sql, intent.set_id, async (_, rendition) => ({ ...rendition, ended: true }), name);
  return true;
}

/** Changes one rendition of a set that goes on; ends the set with its last one. */
async function decide(
  sql: Sql,
  setId: string,
  change: (set: ObjectSet, rendition: SetRendition) => Promise<SetRendition>,
  name: string,
): Promise<void> {
  const [set] = await sql<ObjectSet[]>`select * from object_sets where id = ${setId} for update`;
  if (set === undefined || set.ended_at !== null) return;
  const [newer] = await sql`
    select 1 from object_versions
    where bucket = ${set.bucket} and region = ${set.region} and object = ${set.object} and rule = ${set.rule}
      and version > ${set.version}`;
  if (newer !== undefined) {
    // What is made of the newer version is what people wait for.
    await sql`update object_sets set ended_at = jobwatch_now() where id = ${setId}`;
    return;
  }
  const before = set.renditions.find((rendition) => rendition.name === name);
  if (before === undefined || before.ended) return;
  const after = await change(set, before);
  const renditions = set.renditions.map((rendition) => (rendition === before ? after : rendition));
  const isWhole = renditions.every(({ ended }) => ended);
  await sql`
    update object_sets set renditions = ${JSON.stringify(renditions)}::text::json,
      ended_at = case when ${isWhole} then jobwatch_now() end
    where id = ${setId}`;
  if (isWhole) await recordReady(sql, { ...set, renditions });
}

async function decideTry(
  sql: Sql,
  set: ObjectSet,
  before: SetRendition,
  ended: EndedRow,
): Promise<SetRendition> {
  const rendition = { ...before, tries: [...before.tries, toTry(ended)] };
  const done = { ...rendition, ended: true };
  if (rendition.fit === null || before.isLast || ended.outcome !== 'Success') return done;
  const measured = rendition.tries.flatMap(({ Width, Fps, Bytes }) =>
    Width === null || Fps === null || Bytes === null ? [] : [{ width: Width, fps: Fps, bytes: Bytes }],
  );
  // What CI tells no size of cannot be judged.
  if (measured.length < rendition.tries.length) return done;
  const next = nextTry(measured, rendition.fit);
  const intent = next && (await getIntent(sql, ended.intent_id));
  if (next === undefined || intent === undefined) return done;
  const isSubmitted = await submitTry(sql, set, {
    intent,
    jobId: ended.job_id,
    job: ended.job,
    rendition,
    next,
  });
  return isSubmitted ? { ...rendition, isLast: next.isLast } : done;
}

function toTry({ job_id, outcome, output_key, job }: EndedRow): Try {
  const info = job?.Operation?.MediaInfo;
  const video =
    typeof info === 'object' && typeof info.Stream === 'object' ? [info.Stream.Video].flat()[0] : undefined;
  const picture = isElement(video) ? video : undefined;
  const format = typeof info === 'object' && typeof info.Format === 'object' ? info.Format : undefined;
  return {
    JobId: job_id,
    Outcome: outcome,
    Key: output_key ?? '',
    Bytes: numberOf(format?.Size),
    Width: numberOf(picture?.Width),
    Height: numberOf(picture?.Height),
    Fps: numberOf(picture?.AvgFps) ?? numberOf(picture?.Fps),
  };
}

function numberOf(text: unknown): number | null {
  const number = typeof text === 'string' && text !== '' ? Number(text) : Number.NaN;
  return Number.isFinite(number) && number > 0 ? number : null;
}
