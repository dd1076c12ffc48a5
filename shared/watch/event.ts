import type { State } from '../ci/job-state.ts';
import type { Outcome } from './transition.ts';

export const EVENT_TYPES = [
  'jobwatch.job.running',
  'jobwatch.job.succeeded',
  'jobwatch.job.failed',
  'jobwatch.job.canceled',
  'jobwatch.job.missing',
  'jobwatch.job.stalled',
] as const;

type EventType = (typeof EVENT_TYPES)[number];

const BY_OUTCOME: Readonly<Record<Exclude<Outcome, ''>, EventType>> = {
  Success: 'jobwatch.job.succeeded',
  Failed: 'jobwatch.job.failed',
  Cancel: 'jobwatch.job.canceled',
  Missing: 'jobwatch.job.missing',
};

/**
 * The event that a change is told by. Waiting in a queue, paused or not, is no news to anybody, but that a job which
 * was told to be missing goes on is: as `running`, whatever its state.
 */
export function eventTypeOf(from: State | Outcome, state: State, outcome: Outcome): EventType | undefined {
  if (outcome !== '') return BY_OUTCOME[outcome];
  return state === 'Running' || from === 'Missing' ? 'jobwatch.job.running' : undefined;
}
