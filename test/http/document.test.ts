import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { apiDocument } from '../../deploy/build/openapi/api-document.ts';
import { eventsPage } from '../../deploy/build/openapi/events-page.ts';
import { readProblems } from '../../deploy/build/openapi/read-problems.ts';
import { referencePage } from '../../deploy/build/openapi/reference-page.ts';
import { readService } from '../../service/read-service.ts';
import { ANSWERS } from '../../shared/http/answers/answers.ts';
import { ROUTES } from '../../shared/http/routes/routes.ts';

const problems = readProblems('docs/problems.md');
const document = JSON.parse(JSON.stringify(apiDocument('1.2.3', problems)));
const operations = Object.values<Record<string, Record<string, unknown>>>(document.paths).flatMap(
  Object.values,
);

it('docs/http.md is made of the table of routes (vitest -u writes it)', async () => {
  await expect(referencePage()).toMatchFileSnapshot('../../docs/http.md');
});

it('docs/events.md is made of the schemas of events (vitest -u writes it)', async () => {
  await expect(eventsPage()).toMatchFileSnapshot('../../docs/events.md');
});

describe('openapi.json', () => {
  it('is OpenAPI 3.1 to a validator that is not ours', async () => {
    expect(await new Validator().validate(document)).toEqual({ valid: true });
  });

  it('has an operation for every route, each with a name of its own', () => {
    const ids = ROUTES.map(({ operationId }) => operationId);
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.keys(ANSWERS).sort()).toEqual([...ids].sort());
  });

  it.each(ROUTES)('$operationId says what it answers, and how a problem is told', ({ operationId }) => {
    const { responses } = operations.find((operation) => operation.operationId === operationId) as {
      responses: Record<string, object>;
    };
    expect(Object.keys(responses).some((status) => /^2\d\d$/.test(status))).toBe(true);
    expect(responses).toHaveProperty('default.content.application/problem+json');
  });

  it('keeps the bounds of what is checked', () => {
    const { parameters } = document.paths['/watches'].get;
    expect(parameters).toContainEqual(
      expect.objectContaining({ name: 'limit', schema: { type: 'integer', minimum: 1, maximum: 200 } }),
    );
    const { Operation } =
      document.paths['/jobs'].post.requestBody.content['application/json'].schema.properties;
    expect(Operation.anyOf[0].properties.Animation.properties.Video.properties.Width).toMatchObject({
      type: ['number', 'string'],
      minimum: 128,
      maximum: 4096,
    });
  });
});

describe('serverless.yml', () => {
  const routesOf = (name: string) =>
    readService('serverless.yml', {})
      .functions.find((each) => each.name === name)
      ?.routes.map(({ method, path }) => `${method} ${path}`)
      .sort();
  const declared = ROUTES.map(({ method, path, caller }) => ({ name: `${method} ${path}`, caller }));

  it('declares for api what is in the table, and nothing else', () => {
    expect(routesOf('api')).toEqual(declared.map(({ name }) => name).sort());
  });

  it('declares for describe what only reads', () => {
    const reading = declared.filter(({ caller }) => caller !== 'writer');
    expect(routesOf('describe')).toEqual(reading.map(({ name }) => name).sort());
  });
});
