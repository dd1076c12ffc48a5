import { OPERATIONS } from './operations.ts';
import type { components, operations } from './schema.d.ts';

export type Problem = components['schemas']['Problem'];
type Name = keyof typeof OPERATIONS & keyof operations;

type Parameters<N extends Name> = operations[N]['parameters'];
type JsonOf<Content> = Content extends { content: { 'application/json': infer Body } } ? Body : undefined;
type Answers<N extends Name> = Omit<operations[N]['responses'], 'default'>;
type RequestOf<N extends Name> = operations[N]['requestBody'];
type BodyOf<N extends Name> = [NonNullable<RequestOf<N>>] extends [never]
  ? { readonly body?: undefined }
  : NonNullable<RequestOf<N>> extends { content: { 'application/json': infer Body } }
    ? undefined extends RequestOf<N>
      ? { readonly body?: Body }
      : { readonly body: Body }
    : { readonly body?: undefined };
/** A key that may be left out when nothing of it is required. */
type Optional<Key extends string, Value> = Value extends undefined
  ? { readonly [K in Key]?: undefined }
  : Record<never, never> extends Value
    ? { readonly [K in Key]?: Value }
    : { readonly [K in Key]: Value };
/** The flag of an operation stands in its path. */
type QueryOf<N extends Name> = Omit<NonNullable<Parameters<N>['query']>, 'cancel'>;

/** What one call takes: the parameters by where they stand, and a body. */
export type Asked<N extends Name> = Optional<'path', Parameters<N>['path']> &
  Optional<'query', QueryOf<N>> &
  Optional<'header', Parameters<N>['header']> &
  BodyOf<N> & { readonly signal?: AbortSignal };

/** What one call answers: 2xx and the other statuses that the document gives a body. */
export interface Answered<N extends Name> {
  readonly status: number;
  readonly body: JsonOf<Answers<N>[keyof Answers<N>]>;
  readonly headers: Headers;
}

export type Api = { readonly [N in Name]: (asked: Asked<N>) => Promise<Answered<N>> };

export interface ApiOptions {
  /** the API's address, such as http://127.0.0.1:3000 */
  readonly url: string;
  /** read for each call */
  readonly token?: () => string | undefined;
  readonly fetch?: typeof globalThis.fetch;
}

/** The API refused: a problem as RFC 9457 has it. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly problem: Problem;
  readonly headers: Headers;

  constructor(problem: Problem, headers: Headers) {
    super(`${problem.code}: ${problem.detail}`);
    this.problem = problem;
    this.headers = headers;
  }
}

/**
 * The API, one function an operation, typed by its document.
 *
 * @throws ApiProblem for what the API refuses; what fetch throws when nothing answers
 */
export function createApi({ url, token, fetch = globalThis.fetch }: ApiOptions): Api {
  const call = async (name: Name, asked: AnyAsked) => {
    const { method, path } = OPERATIONS[name];
    const shown = token?.();
    const answer = await fetch(new URL(targetOf(path, asked), url), {
      method,
      headers: {
        accept: 'application/json',
        ...(shown === undefined ? {} : { authorization: `Bearer ${shown}` }),
        ...(asked.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...asked.header,
      },
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
      ...(asked.signal === undefined ? {} : { signal: asked.signal }),
    });
    const { status, headers } = answer;
    const isProblem = headers.get('content-type')?.startsWith('application/problem+json') === true;
    const text = await answer.text();
    const body = text === '' ? undefined : JSON.parse(text);
    if (isProblem) throw new ApiProblem(body, headers);
    return { status, headers, body };
  };
  const names = Object.keys(OPERATIONS) as Name[];
  return Object.fromEntries(
    names.map((name) => [name, (asked: AnyAsked) => call(name, asked)]),
  ) as unknown as Api;
}

interface AnyAsked {
  readonly path?: Readonly<Record<string, Value>>;
  readonly query?: Readonly<Record<string, Value | undefined>>;
  readonly header?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

type Value = string | number | boolean | readonly (string | number)[];

function targetOf(template: string, { path = {}, query = {} }: AnyAsked): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => listOf(path[name] ?? ''));
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${listOf(value)}`],
  );
  if (pairs.length === 0) return filled;
  return `${filled}${filled.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

/** Lists are comma separated; their items hold no comma. */
function listOf(value: Value): string {
  return [value]
    .flat()
    .map((item) => encodeURIComponent(String(item)))
    .join(',');
}
