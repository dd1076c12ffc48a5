/** One event on its way to one endpoint, as callers see it. Times are RFC 3339. */
export interface Delivery {
  Id: string;
  /** the `webhook-id` and the id of the CloudEvent */
  EventId: string;
  Type: string;
  JobId: string;
  Endpoint: string;
  /** since when the endpoint is switched off; null while it is on */
  EndpointDisabledAt: string | null;
  State: 'pending' | 'delivered' | 'dead';
  Attempts: number;
  /** what the endpoint answered last; null when it did not answer, or was not asked yet */
  LastStatus: number | null;
  LastError: string;
  CreatedAt: string;
  /** null once it is delivered or dead */
  NextAttemptAt: string | null;
  /** null while pending */
  EndedAt: string | null;
}

/** A delivery as it is stored, with what it needs of its event and endpoint. */
export interface DeliveryRow {
  id: string;
  event_id: string;
  type: string;
  job_id: string;
  endpoint: string;
  endpoint_disabled_at: Date | null;
  state: Delivery['State'];
  attempts: number;
  next_attempt_at: Date;
  last_status: number | null;
  last_error: string;
  created_at: Date;
  ended_at: Date | null;
}

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    Id: row.id,
    EventId: row.event_id,
    Type: row.type,
    JobId: row.job_id,
    Endpoint: row.endpoint,
    EndpointDisabledAt: row.endpoint_disabled_at?.toISOString() ?? null,
    State: row.state,
    Attempts: row.attempts,
    LastStatus: row.last_status,
    LastError: row.last_error,
    CreatedAt: row.created_at.toISOString(),
    NextAttemptAt: row.state === 'pending' ? row.next_attempt_at.toISOString() : null,
    EndedAt: row.ended_at?.toISOString() ?? null,
  };
}
