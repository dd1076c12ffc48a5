import type { State } from '../ci/job-state.ts';
import type { Outcome } from './transition.ts';

/** Of one job each. */
const JOB_EVENT_TYPES = [
  'jobwatch.job.running',
  'jobwatch.job.succeeded',
  'jobwatch.job.failed',
  'jobwatch.job.canceled',
  'jobwatch.job.missing',
  'jobwatch.job.stalled',
] as const;

/** About ourselves: no job is their subject. */
const OWN_EVENT_TYPES = [
  'jobwatch.rule.braked',
  'jobwatch.endpoint.off',
  'jobwatch.endpoint.test',
  'jobwatch.sweep.late',
] as const;

type JobEventType = (typeof JOB_EVENT_TYPES)[number];
export type OwnEventType = (typeof OWN_EVENT_TYPES)[number];

/** Every type. */
export const EVENT_TYPES = [...JOB_EVENT_TYPES, 'jobwatch.object.ready', ...OWN_EVENT_TYPES] as const;

export type EventType = (typeof EVENT_TYPES)[number];

const BY_OUTCOME: Readonly<Record<Exclude<Outcome, ''>, JobEventType>> = {
  Success: 'jobwatch.job.succeeded',
  Failed: 'jobwatch.job.failed',
  Cancel: 'jobwatch.job.canceled',
  Missing: 'jobwatch.job.missing',
};

/**
 * The type of the event that a change makes; undefined for none. That a job waits in a queue, paused or not, makes none.
 * One that was Missing and goes on makes `running`, whatever its state.
 */
export function eventTypeOf(from: State | Outcome, state: State, outcome: Outcome): JobEventType | undefined {
  if (outcome !== '') return BY_OUTCOME[outcome];
  return state === 'Running' || from === 'Missing' ? 'jobwatch.job.running' : undefined;
}
