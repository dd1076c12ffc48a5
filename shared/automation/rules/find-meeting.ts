import { commonOutputs, type PartValues } from './common-outputs.ts';
import { lastEnding } from './ending.ts';
import { catches } from './match-rule.ts';
import { original, outputKey } from './output-key.ts';
import { knownEnding } from './output-parts.ts';
import { stemOf } from './part-language.ts';
import type { Rule } from './rule.ts';

/** Two objects, each caught by one of the rules, whose jobs would write one output. */
export interface Meeting {
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
export function findMeeting(one: Rule, other: Rule): Meeting | typeof UNPROVEN | undefined {
  const [place, otherPlace] = [one.output, other.output];
  if (place.bucket !== otherPlace.bucket || place.region !== otherPlace.region) return undefined;
  if (place.object.includes('${jobid}') || otherPlace.object.includes('${jobid}')) return undefined;
  const plain = one === other ? plainMeeting(one) : undefined;
  if (plain !== undefined) return plain;
  let isUnproven = false;
  for (const [values, otherValues] of commonOutputs(one, other)) {
    const meeting = meetingOf(candidates(one, values), candidates(other, otherValues), one === other);
    if (meeting !== undefined) return meeting;
    isUnproven = true;
  }
  return isUnproven ? UNPROVEN : undefined;
}

/** Two objects of one rule that differ in what its outputs may leave out: the ending, the folder, the name. */
function plainMeeting(rule: Rule): Meeting | undefined {
  const { prefix, suffixes } = rule;
  const [suffix = ''] = suffixes;
  const pairs: [string, string][] = [
    ...suffixes.flatMap((first, index) =>
      suffixes.slice(index + 1).flatMap((second): [string, string][] => {
        const [stem, otherStem] = [stemOf(first), stemOf(second)];
        const name = `a${stem.length > otherStem.length ? stem : otherStem}`;
        return [[name + lastEnding(first), name + lastEnding(second)]];
      }),
    ),
    [`a/x${suffix}`, `b/x${suffix}`],
    [`a${suffix}`, `b${suffix}`],
    [`a${suffix}`, `a${suffix.toUpperCase()}`],
  ];
  const outputs = (name: string) => candidatesOf(rule, [`${prefix}${name}`], SOME_ETAG, undefined);
  for (const [first, second] of pairs) {
    const meeting = meetingOf(outputs(first), outputs(second), true);
    if (meeting !== undefined) return meeting;
  }
  return undefined;
}

interface Candidate {
  readonly key: string;
  readonly output: string;
}

/** The objects whose output may have these values in it. */
function candidates(rule: Rule, values: PartValues): Candidate[] {
  const [suffix = ''] = rule.suffixes;
  const folder = rule.prefix + original(values.get('dir') ?? '');
  const file = values.get('file');
  const name = values.get('name');
  const files =
    file !== undefined
      ? [file]
      : name !== undefined
        ? [name, ...rule.suffixes.map((ending) => name + lastEnding(ending))]
        : [`a${suffix}`];
  const keys = files.map((given) => folder + original(given));
  return candidatesOf(rule, keys, values.get('etag') ?? SOME_ETAG, values.get('ext'));
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

function meetingOf(
  ones: readonly Candidate[],
  others: readonly Candidate[],
  isOneRule: boolean,
): Meeting | undefined {
  for (const one of ones)
    for (const other of others)
      if (one.output === other.output && !(isOneRule && one.key === other.key))
        return { keys: [one.key, other.key], output: one.output };
  return undefined;
}
