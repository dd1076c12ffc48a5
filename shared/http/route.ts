import type * as v from 'valibot';

/** Who may ask: everybody, who shows a token that reads, or who shows one that also writes. */
type Caller = 'anyone' | 'reader' | 'writer';

/** What a value of a query or a path, which arrives as text, is read by. */
export type TextSchema = v.GenericSchema<string, unknown> | v.GenericSchema<string | undefined, unknown>;
export type TextSchemas = Readonly<Record<string, TextSchema>>;

/** A body that is JSON and nothing else, as its schema reads it. */
export interface JsonBody<Schema extends v.GenericSchema = v.GenericSchema> {
  readonly kind: 'json';
  readonly schema: Schema;
}

/** CI's own `<Request>`, as JSON or XML, whose numbers become text: shared/ci reads it, the schema is for the document. */
export interface CiBody {
  readonly kind: 'ci';
  readonly schema: v.GenericSchema;
  /** an empty body says nothing, and is none */
  readonly isOptional?: boolean;
}

export type RouteBody = JsonBody | CiBody;

/**
 * One route as everything about it is derived: the router, who may ask, how its request is read, its part of
 * openapi.json and its line in serverless.yml.
 */
export interface Route<
  Path extends TextSchemas = TextSchemas,
  Query extends TextSchemas = TextSchemas,
  Body extends RouteBody | undefined = RouteBody | undefined,
  Headers extends TextSchemas = TextSchemas,
> {
  /** names the operation in clients: `listWatches` */
  readonly operationId: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** such as `/jobs/{ids}` */
  readonly path: string;
  /** what it does, in one sentence for people */
  readonly summary: string;
  readonly caller: Caller;
  /** its path's parameters */
  readonly params: Path;
  /** its query's parameters; any other is refused */
  readonly query: Query;
  /** a parameter without a value that must be there, since the path alone does not say what is to be done: `?cancel` */
  readonly flag: string | undefined;
  readonly body: Body;
  /** headers that it reads, as documents write them */
  readonly headers: Headers;
}

type Declared<Path, Query, Body, Headers> = Pick<
  Route,
  'operationId' | 'method' | 'path' | 'summary' | 'caller'
> & {
  readonly params?: Path;
  readonly query?: Query;
  readonly flag?: string;
  readonly body?: Body;
  readonly headers?: Headers;
};

/** Declares a route. */
export function route<
  const Path extends TextSchemas = Record<never, TextSchema>,
  const Query extends TextSchemas = Record<never, TextSchema>,
  const Body extends RouteBody | undefined = undefined,
  const Headers extends TextSchemas = Record<never, TextSchema>,
>(declared: Declared<Path, Query, Body, Headers>): Route<Path, Query, Body, Headers> {
  // What is left out is read as nothing: the casts only say what the type parameters default to.
  const { params = {} as Path, query = {} as Query, flag, body, headers = {} as Headers, ...rest } = declared;
  return { ...rest, params, query, flag, body: body as Body, headers };
}
