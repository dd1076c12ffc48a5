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
 * The type of the event that a change makes; undefined for none. That a job waits in a queue, paused or not, makes none.
 * One that was Missing and goes on makes `running`, whatever its state.
 */
export function eventTypeOf(from: State | Outcome, state: State, outcome: Outcome): EventType | undefined {
  if (outcome !== '') return BY_OUTCOME[outcome];
  return state === 'Running' || from === 'Missing' ? 'jobwatch.job.running' : undefined;
}
