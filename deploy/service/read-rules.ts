import { checkRules, outputPlace } from '../../shared/automation/rules/check-rules.ts';
import { parseRule } from '../../shared/automation/rules/parse-rule.ts';
import type { Rule } from '../../shared/automation/rules/rule.ts';
import { InvalidField } from '../../shared/ci/invalid-field.ts';
import { MAX_TRIGGERS } from './platform-limits.ts';
import type { ObjectTrigger } from './service.ts';

const EVERY_CREATION = 'cos:ObjectCreated:*';

/**
 * Checks `custom.rules` one by one and against each other.
 *
 * @param fail told the path in the file and what is wrong there
 */
export function readRules(
  given: readonly unknown[],
  region: string,
  fail: (path: string[], message: string) => never,
): Rule[] {
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
  if (objectTriggers(rules).length > MAX_TRIGGERS) {
    fail(
      ['custom', 'rules'],
      `expected at most ${MAX_TRIGGERS} pairs of prefix and ending, the triggers of a function`,
    );
  }
  return rules;
}

/**
 * One trigger for each place and ending that some rule catches, since COS takes one suffix a trigger [doc], and one for
 * each place where it is known what a rule writes: the output's event makes its job be looked at.
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
  return [...new Map(all.map((trigger) => [JSON.stringify(trigger), trigger])).values()];
}
