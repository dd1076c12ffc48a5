import { route } from '../route.ts';

export const getIndexRoute = route({
  operationId: 'getIndex',
  method: 'GET',
  path: '/',
  summary: 'Name, version and links; for who accepts text/html by name, a page',
  caller: 'anyone',
});

export const getHealthRoute = route({
  operationId: 'getHealth',
  method: 'GET',
  path: '/healthz',
  summary:
    'Whether configuration and store are well; how old the last sweep and the oldest open watch are. Never asks CI',
  caller: 'anyone',
});

export const getDocumentRoute = route({
  operationId: 'getDocument',
  method: 'GET',
  path: '/openapi.json',
  summary: 'This document',
  caller: 'anyone',
});

export const getProblemsRoute = route({
  operationId: 'getProblems',
  method: 'GET',
  path: '/problems',
  summary: 'What each code of a problem means, and what to do',
  caller: 'anyone',
});
