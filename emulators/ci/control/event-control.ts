/** Whoever turns object writes into events, as `/_control/events` speaks to it. */
export interface EventControl {
  /** Sets what is to go wrong; throws `ControlError`. Answers what `describe` does. */
  set(value: unknown): unknown;
  describe(): unknown;
  /** Sends what is held back; gives how many events that were. */
  flush(): number;
  /** Nothing goes wrong any more, counts are zero; what was held back is sent. */
  reset(): void;
}
