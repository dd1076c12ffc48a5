import type { Clock } from '../../emulators/scf/clock.ts';

export type VirtualClock = Clock & {
  /** The delays of all that is waiting, in ms. */
  readonly delays: readonly number[];
  /** Resolves when something waits that was scheduled with this delay. */
  untilScheduled(delayMs: number): Promise<void>;
  /** Lets time pass: everything that falls due runs at its own moment. */
  advance(ms: number): void;
  /** Lets time pass as while a machine sleeps: whatever fell due meanwhile runs late. */
  sleep(ms: number): void;
};

interface Waiting {
  atMs: number;
  delayMs: number;
  run: () => void;
}

/** A clock that stands still unless it is moved. */
export function virtualClock(start: string): VirtualClock {
  let nowMs = Date.parse(start);
  let waiting: Waiting[] = [];
  const onScheduled: Array<() => void> = [];

  function runDue(untilMs: number): void {
    for (;;) {
      const [next] = waiting.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) return;
      waiting = waiting.filter((other) => other !== next);
      nowMs = Math.max(nowMs, next.atMs);
      next.run();
    }
  }

  return {
    now: () => nowMs,
    schedule(delayMs, run) {
      const one = { atMs: nowMs + delayMs, delayMs, run };
      waiting.push(one);
      for (const look of onScheduled.splice(0)) look();
      return () => {
        waiting = waiting.filter((other) => other !== one);
      };
    },
    get delays() {
      return waiting.map(({ delayMs }) => delayMs);
    },
    async untilScheduled(delayMs) {
      while (!waiting.some((one) => one.delayMs === delayMs)) {
        await new Promise<void>((resolve) => onScheduled.push(resolve));
      }
    },
    advance(ms) {
      const endMs = nowMs + ms;
      runDue(endMs);
      nowMs = endMs;
    },
    sleep(ms) {
      nowMs += ms;
      runDue(nowMs);
    },
  };
}
