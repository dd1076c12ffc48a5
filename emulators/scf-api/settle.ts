import type { Account, Status, StoredFunction } from './account.ts';
import { ApiError } from './api-error.ts';

/** So many answers of GetFunction still show Creating, Updating or Deleting. */
const DEFAULT_READS = 2;

/** How a change under way ends. */
export interface SettleRule {
  /** Only changes of this function. */
  readonly function?: string;
  readonly reads?: number;
  readonly to?: 'Active' | 'CreateFailed' | 'UpdateFailed';
  /** How many changes it applies to. Default: all. */
  readonly times?: number;
}

/** The rules that tests set; the first that fits applies. */
export function createSettling() {
  let rules: { rule: SettleRule; left: number }[] = [];

  function nextRule(name: string): SettleRule {
    const found = rules.find(({ rule, left }) => left > 0 && (rule.function ?? name) === name);
    if (found === undefined) return {};
    found.left -= 1;
    return found.rule;
  }

  return {
    setRules(...given: SettleRule[]) {
      rules = given.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
    },
    /** Begins a change of status. */
    start(account: Account, fn: StoredFunction, status: 'Creating' | 'Updating' | 'Deleting') {
      const { reads = DEFAULT_READS, to } = nextRule(fn.name);
      fn.status = status;
      fn.statusReasons = [];
      const usual = status === 'Deleting' ? 'gone' : 'Active';
      const failing = to === 'CreateFailed' ? 'Creating' : 'Updating';
      fn.transition = { reads, to: to !== undefined && (to === 'Active' || failing === status) ? to : usual };
      if (reads === 0) completeTransition(account, fn);
    },
  };
}

export type Settling = ReturnType<typeof createSettling>;

/** One answer of GetFunction: the status moves on when it was the last that shows the one under way. */
export function noteRead(account: Account, fn: StoredFunction): void {
  if (fn.transition === undefined) return;
  if (fn.transition.reads === 0) completeTransition(account, fn);
  else fn.transition.reads -= 1;
}

/**
 * @param code what the API answers to this action while the function is not Active
 * @throws ApiError while something is under way. After a failed update it may be tried again [guess]; after a failed
 * creation a function can only be deleted [doc 583/115197]
 */
export function assertSettled(fn: StoredFunction, code: string, allowed: Status[] = ['UpdateFailed']): void {
  if (fn.status === 'Active' || allowed.includes(fn.status)) return;
  throw new ApiError(code, `The function ${fn.name} is ${fn.status}; try again when it is Active.`);
}

function completeTransition(account: Account, fn: StoredFunction): void {
  const { to } = fn.transition ?? { to: 'Active' };
  delete fn.transition;
  if (to === 'gone') {
    account.functions.delete(fn.name);
    return;
  }
  fn.status = to;
  if (to === 'Active') fn.running = fn.asked;
  else fn.statusReasons = [{ ErrorCode: 'InternalError', ErrorMessage: `${to} as the test asked for.` }];
}
