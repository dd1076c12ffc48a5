/** A signature bears a server that is a minute behind; from here on the clocks are what is wrong. */
const CLOCKS_DIFFER_MS = 90_000;

/** How far the server's clock is ahead of ours, learned from its own Date when it refused our signature's time. */
export interface ClockSkew {
  /** milliseconds to add to our clock when signing */
  readonly offsetMs: number;
  /** Whether the server's time is minutes away from the one that we sign by; false when it stated none. */
  isFarFrom(serverTimeMs: number | undefined): boolean;
  /** Takes the server's time over; false when the answer stated none, so that trying again is pointless. */
  correct(serverTimeMs: number | undefined): boolean;
}

export function createClockSkew(now: () => number): ClockSkew {
  let offsetMs = 0;
  return {
    get offsetMs() {
      return offsetMs;
    },
    isFarFrom(serverTimeMs) {
      return serverTimeMs !== undefined && Math.abs(serverTimeMs - now() - offsetMs) >= CLOCKS_DIFFER_MS;
    },
    correct(serverTimeMs) {
      if (serverTimeMs === undefined) return false;
      offsetMs = serverTimeMs - now();
      return true;
    },
  };
}
