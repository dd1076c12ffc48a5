import { findMeeting, UNPROVEN } from './find-meeting.ts';
import type { Rule } from './rule.ts';

/** Why the outputs of two rules, or of one, may meet, told at the later one; nothing when they cannot, or one says that they may. */
export function checkOutputs(rules: readonly Rule[]): { readonly rule: string; readonly reason: string }[] {
  return rules.flatMap((rule, index) =>
    rules.slice(0, index + 1).flatMap((other) => {
      if (rule.sharedOutput || other.sharedOutput) return [];
      const meeting = findMeeting(other, rule);
      if (meeting === undefined) return [];
      const whose = other === rule ? '' : ` (the first by rule ${other.name})`;
      const remedy =
        other === rule ? '${dir} and ${file} tell objects apart' : 'give each a folder of its own';
      const what =
        meeting === UNPROVEN
          ? `it cannot be shown that no two objects have one output${other === rule ? '' : ` with rule ${other.name}`}`
          : `${meeting.keys[0]} and ${meeting.keys[1]} would both be written to ${meeting.output}${whose}`;
      return [{ rule: rule.name, reason: `${what}: ${remedy}, or say sharedOutput: on` }];
    }),
  );
}
