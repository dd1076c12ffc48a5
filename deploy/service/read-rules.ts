import { checkRules, outputPlace } from '../../shared/automation/rules/check-rules.ts';
import { parseRule } from '../../shared/automation/rules/parse-rule.ts';
import type { Rule } from '../../shared/automation/rules/rule.ts';
import { InvalidField } from '../../shared/ci/invalid-field.ts';
import { MAX_TRIGGERS } from './platform-limits.ts';
import type { ObjectTrigger } from './service.ts';
import type { Fail } from './service-error.ts';

const EVERY_CREATION = 'cos:ObjectCreated:*';

/** Checks `custom.rules` one by one and against each other. */
export function readRules(given: readonly unknown[], region: string, fail: Fail): Rule[] {
  const at = (index: number) => ['custom', 'rules', String(index)];
  const rules = given.map((value, index) => {
    try {
      return parseRule(value, region);
    } catch (error) {
      if (!(error instanceof InvalidField)) throw error;
      return fail([...at(index), ...error.field.split('.')], `expected ${error.expected}, got ${error.got}`);
    }
  });
  const twin = rules.findIndex((rule, index) => rules.findIndex(({ name }) => name === rule.name) < index);
  if (twin !== -1)
    fail([...at(twin), 'name'], `expected rules of different names, got ${rules[twin]?.name} twice`);
  for (const { rule: name, field, reason } of checkRules(rules)) {
    fail([...at(rules.findIndex((rule) => rule.name === name)), field], reason);
  }
  const elsewhere = rules.findIndex((rule) => rule.region !== region);
  if (elsewhere !== -1) {
    fail(
      [...at(elsewhere), 'region'],
      `expected ${region}, the functions' own: a COS trigger cannot reach another region`,
    );
  }
  for (const [index, rule] of rules.entries()) {
    const field = fieldWithSpace(rule);
    if (field !== undefined) {
      fail([...at(index), ...field], 'expected no white space: a COS trigger takes none');
    }
  }
  const triggers = objectTriggers(rules);
  const [clash] = triggers.flatMap((one) =>
    triggers.filter((other) => overlap(one, other)).map((other) => [one, other]),
  );
  if (clash !== undefined) {
    fail(
      ['custom', 'rules'],
      `expected COS triggers of which none overlap, got ${clash.map(({ prefix, suffix }) => `${prefix}*${suffix}`).join(' and ')}`,
    );
  }
  if (triggers.length > MAX_TRIGGERS) {
    fail(
      ['custom', 'rules'],
      `expected at most ${MAX_TRIGGERS} pairs of prefix and ending, the triggers of a function`,
    );
  }
  return rules;
}

/** A COS trigger is to be described without spaces [doc]; that those of a key count too is a guess, and the safe reading. */
function fieldWithSpace(rule: Rule): string[] | undefined {
  if (/\s/.test(rule.prefix)) return ['prefix'];
  const ending = rule.suffixes.findIndex((suffix) => /\s/.test(suffix));
  if (ending !== -1) return ['suffixes', String(ending)];
  const written = outputPlace(rule);
  return written !== undefined && /\s/.test(written.prefix + written.suffix)
    ? ['output', 'object']
    : undefined;
}

/**
 * One trigger for each place and ending that some rule catches, since COS takes one suffix a trigger [doc], and one for
 * each place where it is known what a rule writes: the output's event makes its job be looked at. What a wider trigger
 * catches anyway gets none of its own: COS refuses triggers that overlap [doc].
 */
export function objectTriggers(rules: readonly Rule[]): ObjectTrigger[] {
  const all = rules.flatMap((rule) => {
    const { bucket, region, prefix, suffixes } = rule;
    const inputs = suffixes.map((suffix) => ({ bucket, region, event: EVERY_CREATION, prefix, suffix }));
    const written = outputPlace(rule);
    return written === undefined || written.region !== region
      ? inputs
      : [...inputs, { ...written, event: EVERY_CREATION }];
  });
  const different = [...new Map(all.map((trigger) => [JSON.stringify(trigger), trigger])).values()];
  return different.filter((one) => !different.some((other) => other !== one && covers(other, one)));
}

function covers(wide: ObjectTrigger, narrow: ObjectTrigger): boolean {
  return (
    wide.bucket === narrow.bucket &&
    narrow.prefix.startsWith(wide.prefix) &&
    narrow.suffix.endsWith(wide.suffix)
  );
}

/** The wider place with the narrower ending: neither covers the other. */
function overlap(one: ObjectTrigger, other: ObjectTrigger): boolean {
  return (
    one !== other &&
    one.bucket === other.bucket &&
    other.prefix.startsWith(one.prefix) &&
    one.suffix.endsWith(other.suffix)
  );
}
