/** States in which a job may still change. A paused queue keeps its waiting jobs in Pause [doc]. */
export type OpenState = 'Submitted' | 'Running' | 'Pause';
/** States that never change again. */
export type TerminalState = 'Success' | 'Failed' | 'Cancel';
type KnownState = OpenState | TerminalState;
/** Any state CI may name: one we do not know is kept as it came and counts as open. */
export type State = KnownState | (string & Record<never, never>);

export const OPEN_STATES: readonly OpenState[] = ['Submitted', 'Running', 'Pause'];
export const TERMINAL_STATES: readonly TerminalState[] = ['Success', 'Failed', 'Cancel'];

export function isTerminal(state: State): state is TerminalState {
  return TERMINAL_STATES.some((terminal) => terminal === state);
}
