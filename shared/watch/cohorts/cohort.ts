/** The watches that one listing can read: same bucket, tag and queue. */
export interface Group {
  readonly bucket: string;
  readonly region: string;
  readonly tag: string;
  readonly queue_id: string;
}

/**
 * The watches of a group whose jobs were created within one window. The windows of a group tile time: each reaches from
 * its start to the next one's. All times are unix milliseconds in whole seconds, as CI tells them.
 */
export interface Window {
  /** -Infinity for the oldest */
  readonly startMs: number;
  /** Infinity for the newest, the head */
  readonly endMs: number;
}

/** What the last reading of a cohort saw. */
export interface Reading {
  /** open watches in it */
  readonly open: number;
  /** jobs that CI listed in its window, ours or not; undefined when it was not listed lately */
  readonly listed: number | undefined;
  /** watches in it that the listing missed */
  readonly unlisted: number;
  /** creation of its oldest open job; undefined when it holds none */
  readonly oldestMs: number | undefined;
  readonly youngestMs: number | undefined;
}

/** One member as the store knows it: what differs from it is news. */
export interface Member {
  readonly jobId: string;
  readonly createdMs: number;
  readonly state: string;
  readonly code: string;
  /** there was an event that it takes very long */
  readonly stalled: boolean;
}

const SECOND_MS = 1000;

/** The second that a moment lies in: boundaries never split one. */
export function secondOf(ms: number): number {
  return Math.floor(ms / SECOND_MS) * SECOND_MS;
}

/** The first second after a moment's own. */
export function nextSecond(ms: number): number {
  return secondOf(ms) + SECOND_MS;
}

export function isWithin(ms: number, { startMs, endMs }: Window): boolean {
  return ms >= startMs && ms < endMs;
}

export function groupKey({ bucket, region, tag, queue_id }: Group): string {
  return JSON.stringify([bucket, region, tag, queue_id]);
}
