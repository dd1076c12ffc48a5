import path from 'node:path';
import { expect, it } from 'vitest';
import { readService } from '../../service/read-service.ts';
import { loadFunction } from '../worlds/load-function.ts';

const { functions } = readService(path.resolve('serverless.yml'), {});
const answering = functions.filter(({ routes }) => routes.length > 0);

const ENVIRONMENT = {
  CI_BUCKETS: 'media-1250000000@ap-guangzhou',
  // Nobody is connected to: no request of this test comes to a route.
  DATABASE_URL: 'postgres://127.0.0.1:1/none',
  API_AUTH: 'none',
};

it.each(answering)('what serverless.yml declares is what $name answers', async ({ name, routes }) => {
  const ask = await loadFunction(name, ENVIRONMENT);
  const { status, json } = await ask('/nowhere');
  expect(status).toBe(404);
  const [, answered = ''] =
    /^path: expected one of (.*); got GET \/nowhere$/.exec(String(json['detail'])) ?? [];
  const declared = routes.map((route) => `${route.method} ${route.path}`);
  expect(answered.split(', ').sort()).toEqual(declared.sort());
});
