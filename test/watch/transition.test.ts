import { describe, expect, it } from 'vitest';
import { eventTypeOf } from '../../shared/watch/event.ts';
import { type Outcome, outcomeOf, type StoredState, transition } from '../../shared/watch/transition.ts';

/** All that is told here was told a moment ago. */
const NOW = 100;

const belief = (
  State: string,
  Outcome: Outcome = '',
  observedAtMs: number | undefined = 10,
): StoredState => ({
  State,
  Outcome,
  observedAtMs,
});
const at = (sentAtMs: number, State: string) => ({ State, sentAtMs });

describe('an outcome that CI stated', () => {
  it.each(['Success', 'Failed', 'Cancel'] as const)('%s absorbs every later word', (end) => {
    for (const state of ['Submitted', 'Running', 'Pause', 'Success', 'Failed', 'Cancel', 'New']) {
      expect(transition(belief(end, end), at(99, state), NOW)).toBe('ignored');
    }
  });

  it.each(['Success', 'Failed', 'Cancel'])('%s counts however early it was asked for', (end) => {
    expect(transition(belief('Running'), at(1, end), NOW)).toBe('changed');
    expect(transition(belief('Running', 'Missing'), at(1, end), NOW)).toBe('changed');
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
    expect(transition(belief(before), at(11, after), NOW)).toBe('changed');
    expect(transition(belief(before), at(10, after), NOW)).toBe('ignored');
    expect(transition(belief(before), at(9, after), NOW)).toBe('ignored');
  });

  it('Running never goes back to Submitted', () => {
    expect(transition(belief('Running'), at(99, 'Submitted'), NOW)).toBe('ignored');
  });

  it('the same state told later is fresher, and no change', () => {
    expect(transition(belief('Running'), at(11, 'Running'), NOW)).toBe('fresher');
    expect(transition(belief('Running'), at(10, 'Running'), NOW)).toBe('ignored');
  });

  it('the first word of all is believed', () => {
    expect(transition({ ...belief(''), observedAtMs: undefined }, at(0, 'Submitted'), NOW)).toBe('changed');
  });
});

describe('a word about an open job', () => {
  const MINUTE = 60_000;

  it('counts for a minute', () => {
    expect(transition(belief('Submitted'), at(MINUTE, 'Running'), 2 * MINUTE)).toBe('changed');
    expect(transition(belief('Submitted'), at(MINUTE - 1, 'Running'), 2 * MINUTE)).toBe('ignored');
    expect(transition(belief('Running', 'Missing'), at(MINUTE - 1, 'Running'), 2 * MINUTE)).toBe('ignored');
  });

  it('is believed whatever its age when nothing is known, and so is an end always', () => {
    expect(transition({ ...belief(''), observedAtMs: undefined }, at(0, 'Running'), 2 * MINUTE)).toBe(
      'changed',
    );
    expect(transition(belief('Running'), at(0, 'Success'), 2 * MINUTE)).toBe('changed');
  });

  it('is not outranked by what is believed from the future', () => {
    expect(transition(belief('Submitted', '', 3 * MINUTE), at(MINUTE, 'Running'), MINUTE)).toBe('changed');
    expect(transition(belief('Running', 'Missing', 3 * MINUTE), at(MINUTE, 'Running'), MINUTE)).toBe(
      'changed',
    );
    expect(transition(belief('Running', '', 3 * MINUTE), at(MINUTE, 'Submitted'), MINUTE)).toBe('ignored');
  });
});

describe('Missing', () => {
  it.each(['Running', 'Pause', 'Success'])('is replaced by a later %s', (state) => {
    expect(transition(belief('Running', 'Missing'), at(11, state), NOW)).toBe('changed');
  });

  it('is not replaced by an open state that was asked for before', () => {
    expect(transition(belief('Running', 'Missing'), at(9, 'Running'), NOW)).toBe('ignored');
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
