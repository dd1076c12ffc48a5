import { isTerminal, type State, type TerminalState } from '../ci/job-state.ts';

/** Empty while a watch is open; Missing when CI no longer knows the job. */
export type Outcome = '' | TerminalState | 'Missing';

/** What the store knows of a job. */
export interface StoredState {
  readonly State: State;
  readonly Outcome: Outcome;
  /** when the request left whose answer this is, in unix milliseconds; undefined before the first */
  readonly observedAtMs: number | undefined;
}

/** An older answer about an open job counts no more: clocks jump, and the job may have gone on since. */
const OPEN_WORD_SECONDS = 60;

/** What CI answered about the job. */
export interface Answered {
  readonly State: State;
  readonly sentAtMs: number;
}

/**
 * What an answer of CI changes. `ignored`: nothing; `fresher`: the state is the same, and the answer later.
 *
 * A terminal state wins whatever its time and then absorbs. Among open states the later request wins, if it was sent a
 * minute ago at most, and a job that ran never waits again: an answer may have been overtaken on its way. What is known
 * from the future was written before a clock was put back: it outranks nothing.
 * @param nowMs the database's time
 */
export function transition(
  known: StoredState,
  answer: Answered,
  nowMs: number,
): 'ignored' | 'fresher' | 'changed' {
  const { observedAtMs } = known;
  if (known.Outcome !== '' && known.Outcome !== 'Missing') return 'ignored';
  if (isTerminal(answer.State)) return 'changed';
  const isRecent = observedAtMs === undefined || answer.sentAtMs >= nowMs - OPEN_WORD_SECONDS * 1000;
  const isLater = observedAtMs === undefined || observedAtMs > nowMs || answer.sentAtMs > observedAtMs;
  const goesBack = known.State === 'Running' && answer.State === 'Submitted';
  if (!isRecent || !isLater || goesBack) return 'ignored';
  // A job that CI had forgotten and knows again is open again.
  if (known.Outcome === 'Missing') return 'changed';
  return answer.State === known.State ? 'fresher' : 'changed';
}

/** The outcome that a state of CI means. */
export function outcomeOf(state: State): Outcome {
  return isTerminal(state) ? state : '';
}
