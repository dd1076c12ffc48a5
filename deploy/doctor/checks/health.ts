import * as v from 'valibot';
import { askHttp, pathBelow } from '../ask-http.ts';
import { type Finding, fine, wrong } from '../finding.ts';

/** Six ticks of recheck. */
const STALE_SWEEP_S = 60;

const health = v.object({
  status: v.literal('ok'),
  lastSweepAgeSeconds: v.optional(v.nullable(v.number())),
});

/** How the functions that answer here are called, and what to do when they do not. */
export interface HealthTarget {
  readonly about: string;
  readonly url: URL;
  readonly remedy: string;
}

/** What describe says of itself, of the database, and of recheck. */
export async function healthOf({ about, url, remedy }: HealthTarget, signal: AbortSignal): Promise<Finding> {
  const { status, text } = await askHttp('GET', pathBelow(url, '/healthz'), signal);
  if (status === 503) {
    return wrong(
      `${about}: its database does not answer`,
      'Check DATABASE_URL, the VPC of the function, and the security group (安全组) of the database.',
    );
  }
  const read = v.safeParse(health, status === 200 ? parse(text) : undefined);
  if (!read.success)
    return wrong(`${about}: /healthz answered ${status}, which is not what describe answers`, remedy);
  const age = read.output.lastSweepAgeSeconds;
  if (age === undefined) {
    return wrong(
      `${about}: answers, and has no database`,
      'Set DATABASE_URL: without it nothing is watched.',
    );
  }
  if (age === null || age > STALE_SWEEP_S) {
    const since = age === null ? 'has never swept' : `last swept ${Math.round(age)} s ago`;
    return wrong(
      `${about}: answers, and recheck ${since}`,
      "Look at recheck's log, and whether its timer is there and on.",
    );
  }
  return fine(`${about}: answers, with its database; recheck swept ${Math.round(age)} s ago`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
