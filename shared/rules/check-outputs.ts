import { findMeeting, UNPROVEN } from './find-meeting.ts';
import type { Rule } from './rule.ts';

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
  const meeting = findMeeting(rule, rule);
  if (meeting === undefined) return undefined;
  const what =
    meeting === UNPROVEN
      ? 'it cannot be shown that no two objects have one output'
      : `${meeting.keys[0]} and ${meeting.keys[1]} would both be written to ${meeting.output}`;
  return `${what}: ${TELL_APART} tell objects apart`;
}

function reasonAgainstTwo(one: Rule, other: Rule): string | undefined {
  const meeting = findMeeting(one, other);
  if (meeting === undefined) return undefined;
  const what =
    meeting === UNPROVEN
      ? `it cannot be shown that no object has one output with one of rule ${one.name}`
      : `${meeting.keys[0]}, by rule ${one.name}, and ${meeting.keys[1]} would both be written to ${meeting.output}`;
  return `${what}: give each rule a folder of its own`;
}
