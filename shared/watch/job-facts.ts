import { cutText } from '../ci/cut-text.ts';
import type { Job } from '../ci/job.ts';
import { parseCiTime } from '../ci/time.ts';

/** What an integer of PostgreSQL takes; no job is near it. */
const LONGEST_SECONDS = 2_147_483_647;

/** What lists tell of a job, and are searched by; null where CI has not said it. */
export interface JobFacts {
  readonly input_key: string | null;
  readonly code: string;
  readonly message: string;
  /** 0 to 100 */
  readonly progress: number | null;
  readonly output_bytes: number | null;
  /** how long CI worked on it */
  readonly seconds: number | null;
}

export function factsOf(job: Job): JobFacts {
  const info = job.Operation?.MediaInfo;
  const format = info ? info.Format : undefined;
  const startedMs = parseCiTime(job.StartTime);
  const endedMs = parseCiTime(job.EndTime);
  return {
    input_key: job.Input?.Object || null,
    code: job.Code ?? '',
    message: cutText(job.Message ?? ''),
    progress: wholeNumber(job.Progress, 100),
    output_bytes: wholeNumber(format ? format.Size : undefined, Number.MAX_SAFE_INTEGER),
    seconds: secondsBetween(startedMs, endedMs),
  };
}

function secondsBetween(startedMs = Number.NaN, endedMs = Number.NaN): number | null {
  const seconds = (endedMs - startedMs) / 1000;
  return seconds >= 0 && seconds <= LONGEST_SECONDS ? seconds : null;
}

/** CI writes numbers as text: what is none says nothing. */
function wholeNumber(text: unknown, most: number): number | null {
  if (typeof text !== 'string' || !/^\d{1,16}(\.\d+)?$/.test(text)) return null;
  const value = Math.round(Number(text));
  return value <= most ? value : null;
}
