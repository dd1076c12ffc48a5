import type { ObjectWrite } from '../ci/object-write.ts';
import { reasonUncaught } from '../rules/match-rule.ts';
import type { Rule } from '../rules/rule.ts';
import { planRequest } from './plan-request.ts';
import type { Decision } from './take-object.ts';

/** A line of this code is about an object that somebody may wait for in vain. */
const NOT_TAKEN = 'NotTaken';

/** A decision as it is logged: what lies where a rule is for it, and is not submitted, has the reason and a code. */
export function explainIgnored(
  decision: Decision,
  write: ObjectWrite,
  rules: readonly Rule[],
): Decision & { readonly code?: string } {
  if (decision.decided !== 'ignored') return decision;
  const rule = rules.find(({ name }) => name === decision.rule);
  const reason = rule === undefined ? reasonUncaught(rules, write) : reasonNotPlanned(rule, write);
  return reason === undefined ? decision : { ...decision, reason, code: NOT_TAKEN };
}

function reasonNotPlanned(rule: Rule, write: ObjectWrite): string | undefined {
  const plan = planRequest(rule, write, undefined);
  return plan.isPossible ? undefined : plan.reason;
}
