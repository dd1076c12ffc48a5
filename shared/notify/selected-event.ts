import type { Sql } from '../store/store.ts';
import { wholeData } from '../watch/event-data.ts';
import type { StoredEvent } from './webhook/cloud-event.ts';

/** Where events come from that are about no job. */
const OWN_SOURCE = '/jobwatch';

export interface SelectedEvent {
  event_id: string;
  type: string;
  bucket: string;
  job_id: string;
  subject: string | null;
  at: Date;
  data: string;
}

/** What an event `e` says, of which `w` is the watch if its document is the watch's. */
export function selectedEvent(sql: Sql) {
  return sql`
    e.id as event_id, e.type, e.bucket, e.job_id, e.subject, e.at, ${wholeData(sql)} as data`;
}

export function toStoredEvent({
  event_id,
  type,
  bucket,
  job_id,
  subject,
  at,
  data,
}: SelectedEvent): StoredEvent {
  const source = bucket === '' ? OWN_SOURCE : `/buckets/${bucket}`;
  return { id: event_id, type, source, subject: subject ?? job_id, at, data };
}
