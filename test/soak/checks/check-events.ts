import type { Findings, FoundEvent } from '../findings.ts';
import type { ReceivedLine } from '../world/receiver-process.ts';
import type { Violation } from './violation.ts';

const TYPE_OF: Readonly<Record<string, string>> = {
  Success: 'jobwatch.job.succeeded',
  Failed: 'jobwatch.job.failed',
  Cancel: 'jobwatch.job.canceled',
};

/** Every event arrives at every endpoint, signed, in order for each job, with one id and one body however often. */
export function checkEvents(findings: Findings, endpoints: readonly string[]): Violation[] {
  return [
    ...checkEnds(findings),
    ...endpoints.flatMap((endpoint) => {
      const received = findings.received.filter((line) => line.endpoint === endpoint);
      return [
        ...checkArrivals(endpoint, findings, received),
        ...checkOrder(endpoint, findings.events, received),
        ...checkRepeats(endpoint, received),
      ];
    }),
  ];
}

/** One event tells of each job's end. */
function checkEnds({ jobs, events }: Findings): Violation[] {
  return jobs.flatMap(({ JobId, State, bucket, InputObject }) => {
    const type = TYPE_OF[State];
    const told = events.filter((event) => event.job_id === JobId && event.type === type).length;
    if (type === undefined || told === 1) return [];
    const detail = `${JobId}: expected one ${type}, got ${told}`;
    return [{ promise: 'one event tells of an end', detail, object: { bucket, key: InputObject } }];
  });
}

function checkArrivals(
  endpoint: string,
  { events, deliveries }: Findings,
  received: readonly ReceivedLine[],
): Violation[] {
  const ids = new Set(received.map(({ id }) => id));
  const known = new Set(events.map(({ id }) => id));
  const listed = new Set(
    deliveries
      .filter(({ Endpoint, State }) => Endpoint === endpoint && State === 'delivered')
      .map(({ EventId }) => EventId),
  );
  const promise = 'every event arrives';
  return [
    ...events
      .filter(({ id }) => !ids.has(id))
      .map(({ id, type }) => `${type} ${id} never arrived at ${endpoint}`),
    ...events
      .filter(({ id }) => ids.has(id) && !listed.has(id))
      .map(({ id }) => `${id} arrived at ${endpoint}, and GET /deliveries does not say so`),
    ...[...ids]
      .filter((id) => !known.has(id))
      .map((id) => `${id} arrived at ${endpoint} and is no event of the store`),
    ...received
      .filter(({ verified }) => !verified)
      .map(({ id }) => `${id} came to ${endpoint} without a right signature`),
  ].map((detail) => ({ promise, detail }));
}

function checkOrder(
  endpoint: string,
  events: readonly FoundEvent[],
  received: readonly ReceivedLine[],
): Violation[] {
  const seqOf = new Map(events.map(({ id, seq }) => [id, seq]));
  const last = new Map<string, number>();
  const seen = new Set<string>();
  return received.flatMap(({ id, subject }) => {
    const seq = seqOf.get(id);
    if (seq === undefined || seen.has(id)) return [];
    seen.add(id);
    const before = last.get(subject) ?? 0;
    last.set(subject, Math.max(seq, before));
    if (seq > before) return [];
    const detail = `${id} of ${subject} came to ${endpoint} after a later event of the job`;
    return [{ promise: 'the events of a job arrive in order', detail }];
  });
}

function checkRepeats(endpoint: string, received: readonly ReceivedLine[]): Violation[] {
  const bodies = new Map<string, string>();
  return received.flatMap(({ id, bodyHash }) => {
    const first = bodies.get(id) ?? bodyHash;
    bodies.set(id, first);
    const detail = `${id} came to ${endpoint} with two bodies`;
    return first === bodyHash ? [] : [{ promise: 'a repeat has the same id and the same body', detail }];
  });
}
