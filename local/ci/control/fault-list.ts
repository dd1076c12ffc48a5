import type { Operation } from '../route.ts';
import type { Fault, FaultMatch } from './fault.ts';

interface ArmedFault {
  fault: Fault;
  left: number;
  random: () => number;
}

/** The faults that are set; the first one that fires for a request is the one it gets. */
export class FaultList {
  #armed: ArmedFault[] = [];

  set(faults: readonly Fault[]): void {
    this.#armed = faults.map((fault) => ({ fault, left: fault.times, random: seededRandom(fault.seed) }));
  }

  /** What is set, with how many times each may still fire (`null`: without end). */
  describe(): unknown[] {
    return this.#armed.map(({ fault, left }) => ({ ...fault, times: Number.isFinite(left) ? left : null }));
  }

  take(operation: Operation, path: string): Fault | undefined {
    const hit = this.#armed.find(
      (one) => one.left > 0 && matches(one.fault.match, operation, path) && one.random() < one.fault.rate,
    );
    if (hit === undefined) return undefined;
    hit.left -= 1;
    return hit.fault;
  }
}

function matches(match: FaultMatch, operation: Operation, path: string): boolean {
  if (match.operation !== '*' && match.operation !== operation) return false;
  if (match.pathIncludes !== undefined && !path.includes(match.pathIncludes)) return false;
  const ids = match.ids;
  return ids === undefined || path.split(/[/,]/).some((id) => ids.includes(id));
}

/** mulberry32: small, repeatable, and even enough for choosing which request fails. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
