import * as v from 'valibot';
import { ruleName, time } from '../parameters.ts';
import { route } from '../route.ts';

export const listRulesRoute = route({
  operationId: 'listRules',
  method: 'GET',
  path: '/rules',
  summary: 'The rules, and what each is doing',
  caller: 'reader',
});

export const changeRuleRoute = route({
  operationId: 'changeRule',
  method: 'PUT',
  path: '/rules/{name}',
  summary:
    'Pauses a rule, or ends its pause: its objects are noted meanwhile, and their jobs submitted after it',
  caller: 'writer',
  params: { name: ruleName },
  body: {
    kind: 'json',
    schema: v.strictObject({
      Paused: v.boolean('true or false'),
      Until: v.exactOptional(v.nullable(time)),
    }),
  },
});
