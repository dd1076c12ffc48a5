import { commonOutputs, type PartValues } from './common-outputs.ts';
import { foldCase, lastEnding } from './ending.ts';
import { catches } from './match-rule.ts';
import { outputKey, unescapePlaceholders } from './output-key.ts';
import { knownEnding } from './output-parts.ts';
import { stemOf } from './part-language.ts';
import type { Rule } from './rule.ts';

/** Two objects, each caught by one of the rules, whose jobs would write one output. */
export interface Collision {
  readonly keys: readonly [string, string];
  readonly output: string;
}

/** Outputs that seem to meet, though no two keys are found that do: what a name says twice is not seen as one. */
export const UNPROVEN = 'unproven';

const SOME_ETAG = '0123456789abcdef0123456789abcdef';

/**
 * Finds two objects whose outputs meet, of two rules or of one: then the same rule is given twice. Undefined is a proof
 * that there are none, whatever objects are called: but for `${jobid}`, whose key is nobody else's.
 */
export function findCollision(one: Rule, other: Rule): Collision | typeof UNPROVEN | undefined {
  const [place, otherPlace] = [one.output, other.output];
  if (place.bucket !== otherPlace.bucket || place.region !== otherPlace.region) return undefined;
  if (place.object.includes('${jobid}') || otherPlace.object.includes('${jobid}')) return undefined;
  const plain = one === other ? plainCollision(one) : undefined;
  if (plain !== undefined) return plain;
  let isUnproven = false;
  for (const [values, otherValues] of commonOutputs(one, other)) {
    const collision = collisionOf(candidates(one, values), candidates(other, otherValues), one === other);
    if (collision !== undefined) return collision;
    isUnproven = true;
  }
  return isUnproven ? UNPROVEN : undefined;
}

/** Two objects of one rule that differ in what its outputs may leave out: the ending, the folder, the name. */
function plainCollision(rule: Rule): Collision | undefined {
  const { prefix, suffixes } = rule;
  const [suffix = ''] = suffixes;
  const pairs: [string, string][] = [
    ...suffixes.flatMap((first, index) =>
      suffixes.slice(index + 1).map((second) => alikeButForEnding(rule, first, second)),
    ),
    [`a/x${suffix}`, `b/x${suffix}`],
    [`a${suffix}`, `b${suffix}`],
  ];
  const outputs = (name: string) => candidatesOf(rule, [`${prefix}${name}`], SOME_ETAG, undefined);
  for (const [first, second] of pairs) {
    const collision = collisionOf(outputs(first), outputs(second), true);
    if (collision !== undefined) return collision;
  }
  return undefined;
}

/**
 * Two names that differ in their last ending alone, which `${name}` leaves out if anything does: what stands before it
 * is spelled as the rule's endings are, where it is one of them. If the rule does not catch both, it catches no such two.
 */
function alikeButForEnding({ suffixes }: Rule, first: string, second: string): [string, string] {
  const [stem, otherStem] = [stemOf(first), stemOf(second)];
  const longer = stem.length > otherStem.length ? stem : otherStem;
  const endings = suffixes.map(lastEnding);
  const spelled = longer.replace(
    /\.[^.]*/g,
    (part) => endings.find((ending) => foldCase(ending) === foldCase(part)) ?? part,
  );
  return [`a${spelled}${lastEnding(first)}`, `a${spelled}${lastEnding(second)}`];
}

interface Candidate {
  readonly key: string;
  readonly output: string;
}

/** The objects whose output may have these values in it. */
function candidates(rule: Rule, values: PartValues): Candidate[] {
  const folder = rule.prefix + unescapePlaceholders(values.get('dir') ?? '');
  const keys = filesOf(rule, values).map((file) => folder + unescapePlaceholders(file));
  return candidatesOf(rule, keys, values.get('etag') ?? SOME_ETAG, values.get('ext'));
}

function filesOf({ suffixes }: Rule, values: PartValues): string[] {
  const file = values.get('file');
  if (file !== undefined) return [file];
  const name = values.get('name');
  if (name !== undefined) return [name, ...suffixes.map((suffix) => name + lastEnding(suffix))];
  return suffixes.map((suffix) => `a${suffix}`);
}

function candidatesOf(
  rule: Rule,
  keys: readonly string[],
  etag: string,
  extension: string | undefined,
): Candidate[] {
  return keys
    .filter((key) => catches(rule, { bucket: rule.bucket, region: rule.region, key }))
    .map((key) => {
      const output = knownEnding(rule, outputKey(rule, { key, etag }));
      return { key, output: extension === undefined ? output : output.replaceAll('${ext}', extension) };
    });
}

function collisionOf(
  ones: readonly Candidate[],
  others: readonly Candidate[],
  isOneRule: boolean,
): Collision | undefined {
  for (const one of ones)
    for (const other of others)
      if (one.output === other.output && !(isOneRule && one.key === other.key))
        return { keys: [one.key, other.key], output: one.output };
  return undefined;
}
