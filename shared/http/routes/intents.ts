import { intentId } from '../parameters.ts';
import { route } from '../route.ts';

export const cancelSubmissionRoute = route({
  operationId: 'cancelSubmission',
  method: 'PUT',
  path: '/intents/{id}',
  summary: 'Takes back a submission that was not posted yet',
  caller: 'writer',
  params: { id: intentId },
  flag: 'cancel',
});
