import { isTerminal, type State, type TerminalState } from '../ci/job-state.ts';

/** Empty while a watch is open; Missing when CI no longer knows the job. */
export type Outcome = '' | TerminalState | 'Missing';

/** What the store believes of a job. */
export interface Belief {
  readonly State: State;
  readonly Outcome: Outcome;
  /** when the request left whose answer is believed, in unix milliseconds; undefined before the first */
  readonly observedAtMs: number | undefined;
}

/** An older word about an open job says nothing: clocks jump, and what it was asked for has changed since. */
const OPEN_WORD_SECONDS = 60;

/** One word of CI about the job. */
export interface Word {
  readonly State: State;
  readonly sentAtMs: number;
}

/**
 * What is believed after a word of CI. `ignored` says nothing new; `fresher` is the same state, told later.
 *
 * A terminal state wins whatever its time and then absorbs. Among open states the later request wins, if it was sent a
 * minute ago at most, and a job that ran never waits again: an answer may have been overtaken on its way. A belief from
 * the future is one of a clock that was put back since: it outranks nothing.
 * @param nowMs the database's time
 */
export function transition(belief: Belief, word: Word, nowMs: number): 'ignored' | 'fresher' | 'changed' {
  const { observedAtMs } = belief;
  if (belief.Outcome !== '' && belief.Outcome !== 'Missing') return 'ignored';
  if (isTerminal(word.State)) return 'changed';
  const isRecent = observedAtMs === undefined || word.sentAtMs >= nowMs - OPEN_WORD_SECONDS * 1000;
  const isLater = observedAtMs === undefined || observedAtMs > nowMs || word.sentAtMs > observedAtMs;
  const goesBack = belief.State === 'Running' && word.State === 'Submitted';
  if (!isRecent || !isLater || goesBack) return 'ignored';
  // A job that CI had forgotten and knows again is open again.
  if (belief.Outcome === 'Missing') return 'changed';
  return word.State === belief.State ? 'fresher' : 'changed';
}

/** The outcome that a state of CI means. */
export function outcomeOf(state: State): Outcome {
  return isTerminal(state) ? state : '';
}
