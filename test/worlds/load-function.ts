import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { inject } from 'vitest';
import { bundle } from '../../deploy/build/bundle.ts';
import type { Rule } from '../../shared/rules/rule.ts';
import { answerChecker } from './check-answer.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** the body parsed, when it is JSON */
  json: Record<string, unknown>;
}

interface Ask {
  method?: string;
  headers?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: string;
  context?: Record<string, unknown>;
}

export type Asker = (path: string, ask?: Ask) => Promise<Answer>;
export type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const require = createRequire(import.meta.url);
const CONTEXT = { request_id: 'r-1', time_limit_in_ms: 30_000 };

/** Builds the bundle that would be deployed, with these rules in it, and loads it as a new instance in this process. */
export async function loadHandler(
  name: string,
  env: Record<string, string>,
  rules: readonly Rule[] = [],
): Promise<Handler> {
  const file = await fileOf(name, rules);
  // Who may ask for what is said by each instance anew: one that is opened must not find another's tokens.
  Object.assign(process.env, { API_TOKENS: '', API_AUTH: '', PREVIEWS: '', UPLOADS: '', ...env });
  delete require.cache[file];
  return require(file).main_handler;
}

let check: ReturnType<typeof answerChecker> | undefined;

/** Every answer of every test is what the API's document says. */
function checkAnswer(method: string, target: string, answer: Answer): void {
  check ??= answerChecker(path.join(inject('bundles'), 'api', 'openapi.json'));
  check(method, target, answer);
}

const built = new Map<string, Promise<string>>();

/** Each function is built once for each set of rules; without rules, once for the whole run. */
async function fileOf(name: string, rules: readonly Rule[]): Promise<string> {
  if (rules.length === 0) return path.join(inject('bundles'), name, 'index.js');
  const key = JSON.stringify([name, rules]);
  const known = built.get(key) ?? build(name, rules, path.join(inject('bundles'), randomUUID()));
  built.set(key, known);
  return await known;
}

async function build(name: string, rules: readonly Rule[], folder: string): Promise<string> {
  const [bundled] = await bundle({ names: [name], outdir: folder, rules });
  if (bundled === undefined) throw new Error(`no bundle of ${name}`);
  return bundled.file;
}

/** The same, asked as a Function URL asks it. */
export async function loadFunction(
  name: string,
  env: Record<string, string>,
  rules: readonly Rule[] = [],
): Promise<Asker> {
  const handler = await loadHandler(name, env, rules);
  return async (target, { method = 'GET', headers = {}, query = {}, body = '', context = {} } = {}) => {
    const event = { httpMethod: method, path: target, headers, queryString: query, body };
    const answer = toAnswer(await handler(event, { ...CONTEXT, ...context }));
    checkAnswer(method, target, answer);
    return answer;
  };
}

function toAnswer(answer: unknown): Answer {
  const { statusCode, headers, body } = answer as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
  };
  const isJson = body !== '' && /json$/.test(headers['content-type'] ?? '');
  return { status: statusCode, headers, body, json: isJson ? JSON.parse(body) : {} };
}
