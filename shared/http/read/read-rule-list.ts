import { listRules } from '../../objects/list-rules.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { jsonAnswer } from '../http-answer.ts';
import { listRulesRoute } from '../routes/rules.ts';

export function readRuleList({ store }: Instance, rules: readonly Rule[]): Handler[] {
  return [
    storeHandler(listRulesRoute, store, async (_, { transaction }) =>
      jsonAnswer(200, { Rules: await transaction((sql) => listRules(sql, rules)) }),
    ),
  ];
}
