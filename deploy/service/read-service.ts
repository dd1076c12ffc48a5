import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { type Document, isNode, isPair, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { objectTriggers, readRules } from './read-rules.ts';
import { type Environment, resolveVariables } from './resolve-variables.ts';
import type { Service } from './service.ts';
import { ServiceError } from './service-error.ts';
import { serviceSchema } from './service-schema.ts';

const MAX_SHOWN_CHARACTERS = 100;

/**
 * Reads serverless.yml into plain values.
 *
 * @param file path of the file; it stands in errors as given
 * @param env what `${env:NAME}` stands for
 * @throws ServiceError at the first thing wrong, with line and field
 */
export function readService(file: string, env: Environment): Service {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) {
    const line = lines.linePos(syntaxError.pos[0]).line;
    throw new ServiceError(file, line, '', syntaxError.message.split('\n')[0] ?? 'not YAML');
  }

  const lineOf = (path: readonly string[]) => lines.linePos(offsetOf(document, path)).line;
  resolveDocument(document, env, (path, message) => {
    throw new ServiceError(file, lineOf(path), path.join('.'), message);
  });

  const checked = v.safeParse(serviceSchema, document.toJS());
  if (!checked.success) {
    const [issue] = checked.issues;
    const path = issue.path?.map((item) => String(item.key)) ?? [];
    throw new ServiceError(file, lineOf(path), path.join('.'), describeIssue(issue, path));
  }

  const { service, provider, functions, custom } = checked.output;
  const rules = readRules(custom.rules, provider.region, (path, message) => {
    throw new ServiceError(file, lineOf(path), path.join('.'), message);
  });
  return {
    name: service,
    region: provider.region,
    runtime: provider.runtime,
    rules,
    functions: Object.entries(functions).map(([name, { events, ...settings }]) => ({
      name,
      ...settings,
      routes: events.flatMap(({ url }) => url?.routes ?? []),
      timers: events.flatMap(({ timer }) => timer ?? []),
      objectTriggers: events.some(({ cos }) => cos !== undefined) ? objectTriggers(rules) : [],
    })),
  };
}

/** Replaces variables in every text of the document in place, so that places in the file stay known. */
function resolveDocument(
  document: Document,
  env: Environment,
  fail: (path: string[], message: string) => never,
): void {
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string') return;
      try {
        node.value = resolveVariables(node.value, env);
      } catch (error) {
        const path = ancestors.flatMap((item) =>
          isPair(item) && isScalar(item.key) ? [String(item.key.value)] : [],
        );
        fail(path, error instanceof Error ? error.message : String(error));
      }
    },
  });
}

/** Where the field stands in the text; for a missing one, where the nearest part that is there stands. */
function offsetOf(document: Document, path: readonly string[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true) ?? document.contents;
    const name = path[length - 1];
    if (isNode(parent) && 'items' in parent) {
      for (const [index, item] of parent.items.entries()) {
        if (isPair(item) && isScalar(item.key) && String(item.key.value) === name)
          return item.key.range?.[0] ?? 0;
        if (isNode(item) && String(index) === name) return item.range?.[0] ?? 0;
      }
    }
  }
  return 0;
}

function describeIssue(issue: v.BaseIssue<unknown>, path: readonly string[]): string {
  const aboutKey = issue.path?.at(-1)?.origin === 'key';
  if (issue.type === 'strict_object' && aboutKey) {
    return issue.expected === 'never'
      ? 'expected no such key here: unknown keys are refused'
      : 'expected to be set, got nothing';
  }
  // The schema's own messages say what was expected; valibot's begin with "Invalid".
  const expected = issue.message.startsWith('Invalid ') ? issue.expected : issue.message;
  const secret = path.includes('environment') && !aboutKey;
  return `expected ${expected}, got ${secret ? describeSecret(issue.input) : describeValue(issue.input)}`;
}

function describeValue(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
}

/** The value of an environment variable may be a secret: only its shape is told. */
function describeSecret(value: unknown): string {
  return typeof value === 'object'
    ? `${Buffer.byteLength(
        Object.entries(value ?? {})
          .flat()
          .join(''),
      )} bytes`
    : `a ${typeof value}`;
}
