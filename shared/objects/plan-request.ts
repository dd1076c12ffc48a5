import { InvalidField } from '../ci/invalid-field.ts';
import type { JobRequest } from '../ci/job-request.ts';
import type { ObjectWrite } from '../ci/object-write.ts';
import { reasonAgainst } from '../rules/match-rule.ts';
import { requestOf } from '../rules/request-of.ts';
import type { Rule } from '../rules/rule.ts';
import { withCallback } from '../submit/callback-address.ts';

/** The request that a rule makes for an object that it catches, or why there is none. */
export type RequestPlan =
  | { readonly isPossible: true; readonly request: JobRequest }
  | { readonly isPossible: false; readonly reason: string };

/** @param callback where CI is to tell that the job has ended */
export function planRequest(rule: Rule, write: ObjectWrite, callback: string | undefined): RequestPlan {
  const reason = reasonAgainst(rule, write);
  if (reason !== undefined) return { isPossible: false, reason };
  try {
    return { isPossible: true, request: withCallback(requestOf(rule, write), callback) };
  } catch (error) {
    // A key that CI does not take will not become another by trying again.
    if (error instanceof InvalidField) return { isPossible: false, reason: error.message };
    throw error;
  }
}
