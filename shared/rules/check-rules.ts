import { checkOutputs } from './check-outputs.ts';
import { endsAlike } from './ending.ts';
import { findCollision } from './find-collision.ts';
import { outputShape } from './output-parts.ts';
import { type Rule, viewsOf } from './rule.ts';

/** A rule that must not be deployed, and why. */
export interface RuleFault {
  readonly rule: string;
  /** the field to look at */
  readonly field: 'output' | 'prefix';
  readonly reason: string;
}

/** Finds outputs that a rule would take for new objects, objects that two rules would take, and outputs that meet. */
export function checkRules(rules: readonly Rule[]): RuleFault[] {
  const found = checkInputs(rules);
  // An output that is to be changed anyway is told of once.
  const isTold = (name: string) => found.some(({ rule, field }) => rule === name && field === 'output');
  const collisions = checkOutputs(rules).filter(({ rule }) => !isTold(rule));
  return [...found, ...collisions.map((fault) => ({ ...fault, field: 'output' as const }))];
}

function checkInputs(rules: readonly Rule[]): RuleFault[] {
  return rules.flatMap((rule, index) => [
    ...viewsOf(rule).flatMap((view) =>
      rules
        .filter((other) => picksUp(other, view))
        .map((other) => ({
          rule: rule.name,
          field: 'output' as const,
          reason: `rule ${other.name} would take the output ${view.output.object} for a new object, without end`,
        })),
    ),
    ...rules
      .slice(index + 1)
      .filter((other) => !rule.overlaps && !other.overlaps && overlap(rule, other) && mayMeet(rule, other))
      .map((other) => ({
        rule: other.name,
        field: 'prefix' as const,
        reason: `rule ${rule.name} catches the same objects, and their outputs may meet: give each a folder of its own, or say overlaps: true`,
      })),
  ]);
}

/** Where a rule writes, as a COS trigger says it; undefined when a template decides the ending. */
export function outputPlace(
  rule: Rule,
): { bucket: string; region: string; prefix: string; suffix: string } | undefined {
  const { head, tail } = outputShape(rule);
  const [suffix] = /\.[^./]+$/.exec(tail) ?? [];
  const { bucket, region } = rule.output;
  return suffix === undefined ? undefined : { bucket, region, prefix: head, suffix };
}

/** Whether some output of `writer` may be caught by `reader`. What a placeholder becomes is not known: it may be anything. */
function picksUp(reader: Rule, writer: Rule): boolean {
  const { bucket, region } = writer.output;
  if (reader.bucket !== bucket || reader.region !== region) return false;
  const { head, tail } = outputShape(writer);
  return mayBegin(head, reader.prefix) && reader.suffixes.some((suffix) => mayEnd(tail, suffix));
}

function overlap(a: Rule, b: Rule): boolean {
  return (
    a.bucket === b.bucket &&
    a.region === b.region &&
    mayBegin(a.prefix, b.prefix) &&
    a.suffixes.some((suffix) => b.suffixes.some((other) => mayEnd(suffix, other)))
  );
}

/** Whether jobs of the two may write to one place: what two rules make of one object is else nobody's mistake. */
function mayMeet(a: Rule, b: Rule): boolean {
  return viewsOf(a).some((one) => viewsOf(b).some((other) => findCollision(one, other) !== undefined));
}

/** Whether a key may begin with both. */
export function mayBegin(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

function mayEnd(a: string, b: string): boolean {
  return endsAlike(a, b) || endsAlike(b, a);
}
