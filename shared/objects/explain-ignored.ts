import { InvalidField } from '../ci/invalid-field.ts';
import type { ObjectWrite } from '../ci/object-write.ts';
import { reasonAgainst, reasonUncaught } from '../rules/match-rule.ts';
import { requestOf } from '../rules/request-of.ts';
import type { Rule } from '../rules/rule.ts';
import type { Decision } from './take-object.ts';

/** A line of this code tells of an object that somebody may wait for in vain. */
const NOT_TAKEN = 'NotTaken';

/** A decision as it is logged: what lies where a rule is for it, and is not taken, is told with its reason. */
export function explainIgnored(
  decision: Decision,
  write: ObjectWrite,
  rules: readonly Rule[],
): Decision & { readonly code?: string } {
  if (decision.decided !== 'ignored') return decision;
  const rule = rules.find(({ name }) => name === decision.rule);
  const reason =
    rule === undefined
      ? reasonUncaught(rules, write)
      : (reasonAgainst(rule, write) ?? unsayable(rule, write));
  return reason === undefined ? decision : { ...decision, reason, code: NOT_TAKEN };
}

/** Why CI cannot be told of such an object, whenever it is. */
function unsayable(rule: Rule, write: ObjectWrite): string | undefined {
  try {
    requestOf(rule, write);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidField) return error.message;
    throw error;
  }
}
