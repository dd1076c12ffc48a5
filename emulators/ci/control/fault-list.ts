import { CALLBACK, type Fault, type FaultMatch } from './fault.ts';
import { seededRandom } from './seeded-random.ts';

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

  /** @param operation one of a request, or `Callback` */
  take(operation: string, path: string): Fault | undefined {
    const hit = this.#armed.find(
      (one) => one.left > 0 && matches(one.fault.match, operation, path) && one.random() < one.fault.rate,
    );
    if (hit === undefined) return undefined;
    hit.left -= 1;
    return hit.fault;
  }
}

function matches(match: FaultMatch, operation: string, path: string): boolean {
  const isAny = match.operation === '*' && operation !== CALLBACK;
  if (!isAny && match.operation !== operation) return false;
  if (match.pathIncludes !== undefined && !path.includes(match.pathIncludes)) return false;
  const ids = match.ids;
  return ids === undefined || path.split(/[/,]/).some((id) => ids.includes(id));
}
