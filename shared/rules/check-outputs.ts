import { findCollision, UNPROVEN } from './find-collision.ts';
import { type Rule, viewsOf } from './rule.ts';

/** What an output is to have in it. */
const TELL_APART = '${dir} and ${file}';

interface OutputFault {
  readonly rule: string;
  readonly reason: string;
}

/**
 * Why the outputs of two rules, or of one, may meet, told at the later one. Nothing when they cannot, or one of them says
 * that they may.
 */
export function checkOutputs(rules: readonly Rule[]): OutputFault[] {
  return rules.flatMap((rule, index) =>
    rules.slice(0, index + 1).flatMap((other) => {
      if (rule.sharedOutput || other.sharedOutput) return [];
      const reason = other === rule ? reasonAgainstOne(rule) : reasonAgainstTwo(other, rule);
      return reason === undefined ? [] : [{ rule: rule.name, reason: `${reason}, or say sharedOutput: on` }];
    }),
  );
}

function reasonAgainstOne(rule: Rule): string | undefined {
  const views = viewsOf(rule);
  const pairs = views.flatMap((view, index) =>
    views.slice(0, index + 1).map((other) => [other, view] as const),
  );
  for (const [one, other] of pairs) {
    const reason = reasonAgainstViews(one, other);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function reasonAgainstViews(one: Rule, other: Rule): string | undefined {
  const collision = findCollision(one, other);
  if (collision === undefined) return undefined;
  if (collision !== UNPROVEN && collision.keys[0] === collision.keys[1])
    return `two renditions of ${collision.keys[0]} would both be written to ${collision.output}: give each a name or a folder of its own`;
  const what =
    collision === UNPROVEN
      ? 'it cannot be shown that no two objects have one output'
      : `${collision.keys[0]} and ${collision.keys[1]} would both be written to ${collision.output}`;
  return `${what}: ${TELL_APART} tell objects apart`;
}

function reasonAgainstTwo(one: Rule, other: Rule): string | undefined {
  for (const view of viewsOf(one)) {
    for (const otherView of viewsOf(other)) {
      const reason = reasonAgainstViewsOfTwo(view, otherView);
      if (reason !== undefined) return reason;
    }
  }
  return undefined;
}

function reasonAgainstViewsOfTwo(one: Rule, other: Rule): string | undefined {
  const collision = findCollision(one, other);
  if (collision === undefined) return undefined;
  const what =
    collision === UNPROVEN
      ? `it cannot be shown that no object has one output with one of rule ${one.name}`
      : `${collision.keys[0]}, by rule ${one.name}, and ${collision.keys[1]} would both be written to ${collision.output}`;
  return `${what}: give each rule a folder of its own`;
}
