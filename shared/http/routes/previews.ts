import { jobId, previewIds } from '../parameters.ts';
import { route } from '../route.ts';

export const getPreviewRoute = route({
  operationId: 'getPreview',
  method: 'GET',
  path: '/watches/{id}/preview',
  summary: 'Addresses by which anybody can look at a job’s input and output, for some minutes',
  caller: 'reader',
  params: { id: jobId },
});

export const listPreviewsRoute = route({
  operationId: 'listPreviews',
  method: 'GET',
  path: '/previews',
  summary: 'The same for up to 50 jobs at once',
  caller: 'reader',
  query: { ids: previewIds },
});
