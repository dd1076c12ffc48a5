import { listEndpoints } from '../../notify/list-endpoints.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { jsonAnswer } from '../http-answer.ts';
import { listEndpointsRoute } from '../routes/endpoints.ts';

export function readEndpoints({ store }: Instance): Handler[] {
  return [
    storeHandler(listEndpointsRoute, store, async (_, { transaction }) =>
      jsonAnswer(200, { Endpoints: await transaction(listEndpoints) }),
    ),
  ];
}
