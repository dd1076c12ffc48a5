import * as v from 'valibot';
import { InvalidField, show } from '../ci/invalid-field.ts';
import { parseInput } from '../ci/parse-input.ts';
import type { HttpRequest } from './http-request.ts';
import { segmentOf } from './path-segment.ts';
import { readBody, readJsonBody } from './read-body.ts';
import type { Route, RouteBody, TextSchemas } from './route.ts';

type Read<Schemas extends TextSchemas> = { readonly [Name in keyof Schemas]: v.InferOutput<Schemas[Name]> };

/** A request as its route's schemas read it. */
export interface RequestOf<R extends Route> {
  readonly params: Read<R['params']>;
  readonly query: Read<R['query']>;
  readonly body: R['body'] extends RouteBody<infer Schema> ? v.InferOutput<Schema> : undefined;
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
    body: bodyOf(route, request),
    raw: request,
  } as RequestOf<R>;
}

function bodyOf({ body }: Route, request: HttpRequest): unknown {
  if (body === undefined) return undefined;
  return parseInput(body.schema, body.kind === 'ci' ? readBody(request) : readJsonBody(request));
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
