import { BATCH_ROWS, createBatchSize, inHalves } from '../../store/in-batches.ts';
import { unixMs } from '../../store/sql-values.ts';
import type { Store } from '../../store/store.ts';
import type { Group, Member, Reading, Window } from '../../watch/cohorts/cohort.ts';
import { secondOf } from '../../watch/cohorts/cohort.ts';
import { seconds } from '../../watch/cohorts/rows.ts';

/** Of one cohort so many watches are taken at a time; the rest is cut off and left to others. One second is whole. */
const LOAD_WATCHES = 5000;
/** Of each of several that were never read, of which nobody knows how many there are, at least so many. */
const LEAST_SHARE_WATCHES = 200;

export interface Members {
  /** by creation, the oldest first */
  readonly members: readonly Member[];
  /** the second at which the rest begins that was not loaded; undefined when these are all */
  readonly restMs: number | undefined;
}

interface MemberRow {
  place: number;
  job_id: string;
  created_ms: number;
  state: string;
  code: string;
  stalled: boolean;
}

/** The open watches of several cohorts, a bounded number a statement. */
export async function loadMembers(
  store: Store,
  cohorts: readonly (Window & Pick<Reading, 'open'> & { readonly group: Group })[],
): Promise<Members[]> {
  const share = Math.max(LEAST_SHARE_WATCHES, Math.floor(LOAD_WATCHES / cohorts.length));
  const loaded = cohorts.map((): Member[] => []);
  const rests = cohorts.map((): number | undefined => undefined);
  let unfinished = cohorts.map((_, place) => place);
  const size = createBatchSize(BATCH_ROWS);
  while (unfinished.length > 0) {
    // A batch of windows at most, each of which gets its share of the rows.
    const { asked, each, rows } = await inHalves(size, loadSome);
    const counts = new Map<number, number>();
    for (const row of rows) {
      counts.set(row.place, (counts.get(row.place) ?? 0) + 1);
      loaded[row.place]?.push({
        jobId: row.job_id,
        createdMs: row.created_ms,
        state: row.state,
        code: row.code,
        stalled: row.stalled,
      });
    }
    const done = new Set(asked.filter((place) => (counts.get(place) ?? 0) < each));
    for (const place of asked) {
      const members = loaded[place];
      if (done.has(place) || members === undefined) continue;
      const restMs = cutOff(members, cohorts[place]?.open === 0 ? share : LOAD_WATCHES);
      if (restMs === undefined) continue;
      rests[place] = restMs;
      loaded[place] = members.filter(({ createdMs }) => createdMs < restMs);
      done.add(place);
    }
    unfinished = unfinished.filter((place) => !done.has(place));
  }
  return loaded.map((members, place) => ({ members, restMs: rests[place] }));

  async function loadSome(most: number): Promise<{ asked: number[]; each: number; rows: MemberRow[] }> {
    const asked = unfinished.slice(0, Math.ceil(most / 10));
    const each = Math.max(1, Math.floor(most / asked.length));
    const windows = asked.map((place) => {
      const cohort = cohorts[place];
      const last = loaded[place]?.at(-1);
      return {
        place,
        ...cohort?.group,
        from: seconds(last?.createdMs ?? cohort?.startMs ?? Number.NEGATIVE_INFINITY),
        after: last?.jobId ?? '',
        until: seconds(cohort?.endMs ?? Number.POSITIVE_INFINITY),
      };
    });
    const rows = await store.transaction(
      (sql) => sql<MemberRow[]>`
        select w.place, m.job_id, ${unixMs(sql, sql`m.job_created_at`)} as created_ms, m.state,
          coalesce(m.job->>'Code', '') as code, m.stalled_at is not null as stalled
        from json_to_recordset(${JSON.stringify(windows)}::text::json) as w
          (place int, bucket text, region text, tag text, queue_id text, "from" float8, after text, until float8)
        cross join lateral (
          select job_id, job_created_at, state, job, stalled_at from watches
          where outcome = '' and apart_at is null
            -- written and ordered so that no other index will do: a group is never looked for among all that is open
            and (bucket, region, tag, queue_id, job_created_at, job_id)
              > (w.bucket, w.region, w.tag, w.queue_id, to_timestamp(w."from"), w.after collate "C")
            and (bucket, region, tag, queue_id) <= (w.bucket, w.region, w.tag, w.queue_id)
            and job_created_at < to_timestamp(w.until)
          order by bucket, region, tag, queue_id, job_created_at, job_id
          limit ${each}
        ) as m`,
    );
    return { asked, each, rows };
  }
}

/** Where a cohort that has more than is taken at a time is cut: before its last second, which may not be complete. */
function cutOff(members: readonly Member[], most: number): number | undefined {
  const [first] = members;
  const last = members.at(-1);
  if (members.length < most || !first || !last) return undefined;
  const restMs = secondOf(last.createdMs);
  return restMs > secondOf(first.createdMs) ? restMs : undefined;
}
