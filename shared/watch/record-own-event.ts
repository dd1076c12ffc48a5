import type { Sql } from '../store/store.ts';
import type { OwnEventType } from './event.ts';

/** An event about ourselves. */
interface OwnEvent {
  readonly type: OwnEventType;
  /** whom it is about: a rule, an endpoint, a function */
  readonly subject: string;
  /** tells it from others of its type and subject: it is written once; default: the time */
  readonly key?: string;
  readonly data: Readonly<Record<string, string | number>>;
  /** the endpoint that it is for alone */
  readonly endpoint?: string;
}

/** Writes an event about ourselves, with what it tells, in one transaction. Its id; undefined when it was written before. */
export async function recordOwnEvent(sql: Sql, event: OwnEvent): Promise<string | undefined> {
  const { type, subject, key = null, data, endpoint = null } = event;
  const name = type.slice(type.lastIndexOf('.') + 1);
  const [written] = await sql<{ id: string }[]>`
    insert into events (id, job_id, bucket, type, at, data, subject, for_endpoint)
    select concat_ws('-', ${name}::text, ${subject}::text,
      coalesce(${key}::text, (extract(epoch from now.at) * 1000000)::bigint::text)),
      '', '', ${type}, now.at, ${JSON.stringify(data)}::text::json, ${subject}, ${endpoint}::text
    from (select jobwatch_now() as at) as now
    on conflict (id) do nothing
    returning id`;
  return written?.id;
}
