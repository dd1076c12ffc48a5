import type { Sql } from '../store/store.ts';

/** Deliveries are counted so far: more are told as this many. */
const MAX_COUNTED = 1000;

/** An endpoint as callers see it: never its address or a secret. Times are RFC 3339. */
export interface ListedEndpoint {
  readonly Name: string;
  readonly Kind: string;
  readonly Host: string;
  /** types of events, or `*` */
  readonly Events: readonly string[];
  /** null: it is on */
  readonly DisabledAt: string | null;
  /** until when it wants to be left alone */
  readonly PausedUntil: string | null;
  readonly Pending: number;
  readonly Dead: number;
  readonly OldestPendingAt: string | null;
  readonly LastDeliveredAt: string | null;
  /** of the last attempt; null when there was no answer, or no attempt yet */
  readonly LastStatus: number | null;
  readonly LastError: string;
}

/** The endpoints of WEBHOOKS as deliver found it last, and those that were taken out while something waits for them. */
export async function listEndpoints(sql: Sql): Promise<ListedEndpoint[]> {
  const rows = await sql<EndpointRow[]>`
    select e.name, e.kind, e.host, e.events, e.disabled_at, e.last_delivered_at, e.last_status, e.last_error,
      case when e.paused_until > jobwatch_now() then e.paused_until end as paused_until,
      ${counted(sql, 'pending')} as pending, ${counted(sql, 'dead')} as dead,
      (select d.created_at from deliveries d where d.endpoint = e.name and d.state = 'pending'
        order by d.created_at, d.id limit 1) as oldest_pending_at
    from endpoints e
    where e.configured or exists (select 1 from deliveries d where d.endpoint = e.name and d.state = 'pending')
    order by e.name`;
  return rows.map((row) => ({
    Name: row.name,
    Kind: row.kind,
    Host: row.host,
    Events: row.events,
    DisabledAt: row.disabled_at?.toISOString() ?? null,
    PausedUntil: row.paused_until?.toISOString() ?? null,
    Pending: row.pending,
    Dead: row.dead,
    OldestPendingAt: row.oldest_pending_at?.toISOString() ?? null,
    LastDeliveredAt: row.last_delivered_at?.toISOString() ?? null,
    LastStatus: row.last_status,
    LastError: row.last_error,
  }));
}

interface EndpointRow {
  readonly name: string;
  readonly kind: string;
  readonly host: string;
  readonly events: string[];
  readonly disabled_at: Date | null;
  readonly paused_until: Date | null;
  readonly pending: number;
  readonly dead: number;
  readonly oldest_pending_at: Date | null;
  readonly last_delivered_at: Date | null;
  readonly last_status: number | null;
  readonly last_error: string;
}

function counted(sql: Sql, state: 'pending' | 'dead') {
  return sql`(select count(*)::int from (
    select 1 from deliveries d where d.endpoint = e.name and d.state = ${state} limit ${MAX_COUNTED}) as found)`;
}
