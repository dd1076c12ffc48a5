import * as v from 'valibot';
import type { DocumentedAnswer } from '../../../shared/http/answers/answers.ts';
import type { Route, TextSchemas } from '../../../shared/http/route.ts';
import { type Json, toJsonSchemas } from './json-schema.ts';
import { wordsOf } from './words-of.ts';

type Schemas = Readonly<Record<string, v.GenericSchema>>;

interface About {
  readonly version: string;
  readonly routes: readonly Route[];
  /** by operationId */
  readonly answers: Readonly<Record<string, DocumentedAnswer>>;
  /** schemas that have a name in the document */
  readonly components: Schemas;
  /** of events, by their type */
  readonly webhooks: Readonly<Record<string, { readonly summary: string; readonly schema: v.GenericSchema }>>;
}

const TEXT = { schema: { type: 'string' } };
const PROBLEM_TYPE = 'application/problem+json';
const PROBLEM = {
  description:
    'a problem (RFC 9457): its code says what, its detail which field, what was expected and what came',
  content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
};

/**
 * Writes the API's document: OpenAPI 3.1, from the table of routes.
 *
 * @throws Error for a route without an answer, and for a schema that has no words in JSON Schema
 */
export function openApiDocument({ version, routes, answers, components, webhooks }: About): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const answer = answers[route.operationId];
    if (answer === undefined)
      throw new Error(`${route.operationId}: expected an answer in shared/http/answers`);
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: operation(route, answer, components),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Jobwatch',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Submits, queries and keeps watch over media jobs of Tencent Cloud Infinite, animated images first.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    webhooks: Object.fromEntries(
      Object.entries(webhooks).map(([type, { summary, schema }]) => [
        type,
        {
          post: {
            operationId: type,
            summary,
            requestBody: {
              required: true,
              content: { 'application/cloudevents+json': { schema: converted(schema, components) } },
            },
            responses: { '2XX': { description: 'taken' } },
          },
        },
      ]),
    ),
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'one of API_TOKENS, or of READ_TOKENS to read',
        },
      },
      schemas: referenced(toJsonSchemas(components)),
    },
  };
}

function operation(route: Route, answer: DocumentedAnswer, components: Schemas): Json {
  const { operationId, summary, caller, params, query, headers, flag, body } = route;
  return {
    operationId,
    summary,
    ...(caller === 'anyone' ? { security: [] } : {}),
    'x-caller': caller,
    parameters: [
      ...parameters('path', params),
      ...parameters('query', query),
      ...(flag === undefined
        ? []
        : [{ name: flag, in: 'query', required: true, allowEmptyValue: true, schema: { const: '' } }]),
      ...parameters('header', headers),
    ],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !(body.kind === 'ci' && body.isOptional),
            content: Object.fromEntries(
              (body.kind === 'ci' ? ['application/json', 'application/xml'] : ['application/json']).map(
                (type) => [
                  type,
                  {
                    schema:
                      type === 'application/xml' ? { type: 'string' } : converted(body.schema, components),
                  },
                ],
              ),
            ),
          },
        }),
    responses: {
      [answer.status]: response(answer.description, answer, components),
      ...Object.fromEntries(
        Object.entries(answer.also ?? {}).map(([status, description]) => [
          status,
          response(description, answer, components),
        ]),
      ),
      default: PROBLEM,
    },
  };
}

function response(description: string, { schema, xml, html }: DocumentedAnswer, components: Schemas): Json {
  if (schema === undefined) return { description };
  return {
    description,
    content: {
      'application/json': { schema: converted(schema, components) },
      ...(xml ? { 'application/xml': TEXT, 'text/xml': TEXT } : {}),
      ...(html ? { 'text/html': TEXT } : {}),
    },
  };
}

/** Nothing of a text has a name in the document. */
function parameters(place: 'path' | 'query' | 'header', schemas: TextSchemas): Json[] {
  return Object.entries(schemas).map(([name, schema]) => {
    const { default: byDefault, ...json } = objectOf(converted(schema, {}));
    const isList = json['type'] === 'array';
    return {
      name,
      in: place,
      required: schema.type !== 'exact_optional' && !v.is(schema, undefined),
      description: wordsOf(schema),
      ...(isList ? { style: place === 'path' ? 'simple' : 'form', explode: false } : {}),
      schema: json,
    };
  });
}

function converted(schema: v.GenericSchema, components: Schemas): Json {
  const name = Object.keys(components).find((key) => components[key] === schema);
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  const { itself } = toJsonSchemas({ ...components, itself: schema });
  return referenced(itself ?? {});
}

function referenced<Value extends Json>(value: Value): Value {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

function objectOf(value: Json): Readonly<Record<string, Json>> {
  return JSON.parse(JSON.stringify(value));
}
