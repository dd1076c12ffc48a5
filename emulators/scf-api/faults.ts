/** What becomes of a call: lost on its way, lost on the way back, or refused with a code of the API. */
export type Fault = 'drop before' | 'drop after' | { readonly code: string };

/** One fault at a time, at one call. */
export function createFaults() {
  let armed: { fault: Fault; left: number; cuts: boolean } | undefined;
  let isCut = false;
  return {
    /** @param n which call from now on, the next being 1 */
    failAt(n: number, fault: Fault) {
      armed = { fault, left: n, cuts: false };
    },
    /** The same, and every call after it is lost too: to the account it looks as if the caller had been killed. */
    cutAt(n: number, fault: Fault) {
      armed = { fault, left: n, cuts: true };
    },
    /** Nothing fails any more. */
    clear() {
      armed = undefined;
      isCut = false;
    },
    /** Whether the fault has not happened yet. */
    get isArmed() {
      return armed !== undefined;
    },
    /** What the call that now arrives meets. */
    next(): Fault | undefined {
      if (isCut) return 'drop before';
      if (armed === undefined) return undefined;
      armed.left -= 1;
      if (armed.left > 0) return undefined;
      const { fault, cuts } = armed;
      armed = undefined;
      isCut = cuts;
      return fault;
    },
  };
}

export type Faults = ReturnType<typeof createFaults>;
