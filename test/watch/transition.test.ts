import { describe, expect, it } from 'vitest';
import { eventTypeOf } from '../../shared/watch/event.ts';
import { type Belief, type Outcome, outcomeOf, transition } from '../../shared/watch/transition.ts';

const belief = (State: string, Outcome: Outcome = '', observedAtMs: number | undefined = 10): Belief => ({
  State,
  Outcome,
  observedAtMs,
});
const at = (sentAtMs: number, State: string) => ({ State, sentAtMs });

describe('an outcome that CI stated', () => {
  it.each(['Success', 'Failed', 'Cancel'] as const)('%s absorbs every later word', (end) => {
    for (const state of ['Submitted', 'Running', 'Pause', 'Success', 'Failed', 'Cancel', 'New']) {
      expect(transition(belief(end, end), at(99, state))).toBe('ignored');
    }
  });

  it.each(['Success', 'Failed', 'Cancel'])('%s counts however early it was asked for', (end) => {
    expect(transition(belief('Running'), at(1, end))).toBe('changed');
    expect(transition(belief('Running', 'Missing'), at(1, end))).toBe('changed');
  });
});

describe('among open states', () => {
  it.each([
    ['Submitted', 'Running'],
    ['Submitted', 'Pause'],
    ['Pause', 'Submitted'],
    ['Pause', 'Running'],
    ['Running', 'Pause'],
    ['Running', 'Queueing'],
    ['Queueing', 'Submitted'],
  ])('%s becomes %s by a later request, and by no earlier one', (before, after) => {
    expect(transition(belief(before), at(11, after))).toBe('changed');
    expect(transition(belief(before), at(10, after))).toBe('ignored');
    expect(transition(belief(before), at(9, after))).toBe('ignored');
  });

  it('Running never goes back to Submitted', () => {
    expect(transition(belief('Running'), at(99, 'Submitted'))).toBe('ignored');
  });

  it('the same state told later is fresher, and no change', () => {
    expect(transition(belief('Running'), at(11, 'Running'))).toBe('fresher');
    expect(transition(belief('Running'), at(10, 'Running'))).toBe('ignored');
  });

  it('the first word of all is believed', () => {
    expect(transition({ ...belief(''), observedAtMs: undefined }, at(0, 'Submitted'))).toBe('changed');
  });
});

describe('Missing', () => {
  it.each(['Running', 'Pause', 'Success'])('is replaced by a later %s', (state) => {
    expect(transition(belief('Running', 'Missing'), at(11, state))).toBe('changed');
  });

  it('is not replaced by an open state that was asked for before', () => {
    expect(transition(belief('Running', 'Missing'), at(9, 'Running'))).toBe('ignored');
  });
});

describe('what a change is told as', () => {
  it.each([
    ['Submitted', '', undefined],
    ['Pause', '', undefined],
    ['Queueing', '', undefined],
    ['Running', '', 'jobwatch.job.running'],
    ['Success', 'Success', 'jobwatch.job.succeeded'],
    ['Failed', 'Failed', 'jobwatch.job.failed'],
    ['Cancel', 'Cancel', 'jobwatch.job.canceled'],
    ['Running', 'Missing', 'jobwatch.job.missing'],
  ] as const)('%s with outcome "%s" as %s', (state, outcome, type) => {
    expect(eventTypeOf('Submitted', state, outcome)).toBe(type);
  });

  it.each(['Submitted', 'Pause', 'Running'])('%s after Missing as running', (state) => {
    expect(eventTypeOf('Missing', state, '')).toBe('jobwatch.job.running');
  });

  it.each([
    ['Success', 'Success'],
    ['Failed', 'Failed'],
    ['Cancel', 'Cancel'],
    ['Running', ''],
    ['Queueing', ''],
  ])('%s means the outcome "%s"', (state, outcome) => {
    expect(outcomeOf(state)).toBe(outcome);
  });
});
