import * as v from 'valibot';
import { InvalidField, show } from '../ci/invalid-field.ts';
import { parseInput } from '../ci/parse-input.ts';
import type { XmlElement } from '../ci/xml/xml-node.ts';
import type { HttpRequest } from './http-request.ts';
import { segmentOf } from './path-segment.ts';
import { readBody, readJsonBody } from './read-body.ts';
import type { CiBody, JsonBody, Route, TextSchemas } from './route.ts';

type Read<Schemas extends TextSchemas> = v.InferOutput<v.StrictObjectSchema<Schemas, undefined>>;

type BodyOf<Body> = Body extends CiBody
  ? XmlElement
  : Body extends JsonBody<infer Schema>
    ? v.InferOutput<Schema>
    : undefined;

/** A request as its route's schemas read it. */
export interface RequestOf<R extends Route> {
  readonly params: Read<R['params']>;
  readonly query: Read<R['query']>;
  readonly body: BodyOf<R['body']>;
  readonly headers: Read<R['headers']>;
  /** what no schema reads: the Accept header, conditions */
  readonly raw: HttpRequest;
}

/** Reads a request as its route declares it. @throws InvalidField for the first fault, Problem 413 or 415 */
export function readRequest<R extends Route>(route: R, request: HttpRequest): RequestOf<R> {
  const params = Object.fromEntries(
    Object.keys(route.params).map((name) => [name, segmentOf(request, name)]),
  );
  return {
    params: checked(route.params, params),
    query: checked(route.query, queryOf(route, request)),
    headers: checked(route.headers, headersOf(route.headers, request)),
    body: bodyOf(route, request),
    raw: request,
  } as RequestOf<R>;
}

function bodyOf({ body }: Route, request: HttpRequest): unknown {
  if (body === undefined) return undefined;
  if (body.kind === 'ci' && body.isOptional && request.body.byteLength === 0) return {};
  return body.kind === 'ci' ? readBody(request) : parseInput(body.schema, readJsonBody(request));
}

/** Those that the route reads; all others are somebody else's. */
function headersOf(known: TextSchemas, { headers }: HttpRequest): Record<string, string> {
  return Object.fromEntries(
    Object.keys(known).flatMap((name) => {
      const value = headers[name.toLowerCase()];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Each parameter once; an empty one counts as absent. */
function queryOf({ query: known, flag, method, path }: Route, request: HttpRequest): Record<string, string> {
  if (flag !== undefined && !Object.hasOwn(request.query, flag))
    throw new InvalidField(flag, `${method} ${path}?${flag}`, show(undefined));
  const read: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.query)) {
    if (name === flag) continue;
    const isKnown = Object.hasOwn(known, name);
    if (isKnown && values.length > 1)
      throw new InvalidField(name, 'the parameter once', `${values.length} times`);
    const [value = ''] = values;
    if (!isKnown || value !== '') read[name] = value;
  }
  return read;
}

function checked(schemas: TextSchemas, values: Readonly<Record<string, string>>): unknown {
  return parseInput(v.strictObject(schemas), values);
}
