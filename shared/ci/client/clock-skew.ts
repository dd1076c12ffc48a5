/** How far the server's clock is ahead of ours, learned from its own Date when it refused our signature's time. */
export interface ClockSkew {
  /** milliseconds to add to our clock when signing */
  readonly offsetMs: number;
  /** Takes the server's time over; false when the answer stated none, so that trying again is pointless. */
  correct(serverTimeMs: number | undefined): boolean;
}

export function createClockSkew(now: () => number): ClockSkew {
  let offsetMs = 0;
  return {
    get offsetMs() {
      return offsetMs;
    },
    correct(serverTimeMs) {
      if (serverTimeMs === undefined) return false;
      offsetMs = serverTimeMs - now();
      return true;
    },
  };
}
