import { listActs } from '../../acts/list-acts.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { jsonAnswer } from '../http-answer.ts';
import { listActsRoute } from '../routes/acts.ts';

export function readActs({ store }: Instance): Handler[] {
  return [
    storeHandler(listActsRoute, store, async ({ query }, { transaction }) =>
      jsonAnswer(200, await transaction((sql) => listActs(sql, query)), 'no-store'),
    ),
  ];
}
