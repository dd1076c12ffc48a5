import * as v from 'valibot';
import { route } from '../route.ts';

/** CI calls it, at the function `callback`'s own address: no part of the API that users see. */
export const takeCallbackRoute = route({
  operationId: 'takeCallback',
  method: 'POST',
  path: '/callbacks/{token}',
  summary: 'Takes a completion notice of CI as a hint',
  // The token is in the path: whoever calls back sends no header of ours.
  caller: 'anyone',
  params: { token: v.string() },
});
