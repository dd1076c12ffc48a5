import { InvalidField } from '../shared/ci/invalid-field.ts';
import { checkRules, outputPlace } from '../shared/rules/check-rules.ts';
import { parseRule } from '../shared/rules/parse-rule.ts';
import { type Rule, viewsOf } from '../shared/rules/rule.ts';
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
      return fail([...at(index), ...error.field.split('.')], error.reason);
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
  if (objectTriggers(rules).length > MAX_TRIGGERS) {
    fail(
      ['custom', 'rules'],
      `expected at most ${MAX_TRIGGERS} prefixes and places of outputs, the triggers of a function`,
    );
  }
  return rules;
}

/** A COS trigger is to be described without spaces [doc]; that those of a key count too is a guess, and the safe reading. */
function fieldWithSpace(rule: Rule): string[] | undefined {
  if (/\s/.test(rule.prefix)) return ['prefix'];
  const isWritten = viewsOf(rule).some((view) => {
    const written = outputPlace(view);
    return written !== undefined && /\s/.test(written.prefix + written.suffix);
  });
  if (!isWritten) return undefined;
  return rule.renditions[0]?.name === '' ? ['output', 'object'] : ['renditions'];
}

/**
 * One trigger for each prefix, whatever the endings: COS takes one ending a trigger, compares it as it is, and a function
 * has ten triggers [doc]. What a trigger brings beyond the rules is ignored. And one for each place and ending that a rule
 * is known to write to: the output's event makes its job be looked at. COS refuses triggers that overlap [doc]: what a
 * wider one catches anyway has none of its own, and an output in whose place a prefix lies has none at all, since its
 * job is looked at without it too.
 */
export function objectTriggers(rules: readonly Rule[]): ObjectTrigger[] {
  const event = EVERY_CREATION;
  const inputs = rules.map(({ bucket, region, prefix }) => ({ bucket, region, event, prefix, suffix: '' }));
  const outputs = rules.flatMap(viewsOf).flatMap((rule) => {
    const written = outputPlace(rule);
    if (written === undefined || written.region !== rule.region) return [];
    const isApart = !inputs.some(
      ({ bucket, prefix }) =>
        bucket === written.bucket && (prefix.startsWith(written.prefix) || written.prefix.startsWith(prefix)),
    );
    return isApart ? [{ ...written, event }] : [];
  });
  const all = [...inputs, ...outputs];
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
