import { decodeCursor, nextCursor, type Placed, timeOf } from '../store/cursor.ts';
import type { Sql } from '../store/store.ts';
import { type Delivery, type DeliveryRow, toDelivery } from './delivery.ts';

export interface DeliveryFilter {
  readonly state?: string;
  readonly endpoint?: string;
  readonly limit: number;
  /** where the page before ended */
  readonly cursor?: string;
}

export interface DeliveryPage {
  readonly Deliveries: Delivery[];
  /** '' on the last page */
  readonly NextCursor: string;
}

/** Deliveries, the newest first. */
export async function listDeliveries(sql: Sql, filter: DeliveryFilter): Promise<DeliveryPage> {
  const { state, endpoint, limit, cursor } = filter;
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  // One more than asked tells whether there is another page.
  const rows = await sql<(DeliveryRow & Placed)[]>`
    ${selectDeliveries(sql)}
    where true
      ${state === undefined ? sql`` : sql`and d.state = ${state}`}
      ${endpoint === undefined ? sql`` : sql`and d.endpoint = ${endpoint}`}
      ${after ? sql`and (d.created_at, d.id) < (${timeOf(sql, after.createdUs)}, ${after.id})` : sql``}
    order by d.created_at desc, d.id desc
    limit ${limit + 1}`;
  return { Deliveries: rows.slice(0, limit).map(toDelivery), NextCursor: nextCursor(rows, limit) };
}

/** The deliveries of one job's events, in the order of the events. */
export async function deliveriesOf(sql: Sql, jobId: string): Promise<Delivery[]> {
  const rows = await sql<DeliveryRow[]>`
    ${selectDeliveries(sql)}
    where d.job_id = ${jobId}
    order by d.event_seq, d.endpoint`;
  return rows.map(toDelivery);
}

export async function getDelivery(sql: Sql, id: string): Promise<Delivery | undefined> {
  const [row] = await sql<DeliveryRow[]>`
    ${selectDeliveries(sql)}
    where d.id = ${id}`;
  return row && toDelivery(row);
}

/** Deliveries with what callers see of their events and endpoints. */
function selectDeliveries(sql: Sql) {
  return sql`
    select d.id, e.id as event_id, e.type, d.job_id, d.endpoint, p.disabled_at as endpoint_disabled_at, d.state,
      d.attempts, d.next_attempt_at, d.last_status, d.last_error, d.created_at, d.ended_at,
      (extract(epoch from d.created_at) * 1000000)::bigint::text as created_us
    from deliveries d join events e on e.seq = d.event_seq left join endpoints p on p.name = d.endpoint`;
}
