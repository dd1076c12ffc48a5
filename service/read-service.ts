import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { checkInput } from '../shared/ci/check-input.ts';
import type { Environment } from '../shared/environment.ts';
import { checkQuotas } from './check-quotas.ts';
import { FUNCTION_NAME } from './platform-limits.ts';
import { objectTriggers, readRules } from './read-rules.ts';
import { resolveVariables } from './resolve-variables.ts';
import { cloudName, type Service } from './service.ts';
import { type Fail, ServiceError } from './service-error.ts';
import { serviceSchema } from './service-schema.ts';
import { showUnlessSecret } from './show-unless-secret.ts';
import { yamlFault } from './yaml-fault.ts';

/** What the command line says instead of `provider.stage` and `provider.region`. */
export interface Place {
  readonly stage?: string;
  readonly region?: string;
}

/**
 * Reads serverless.yml into plain values.
 *
 * @param file path of the file; it stands in errors as given
 * @param env what `${env:NAME}` stands for
 * @throws ServiceError at the first thing wrong, with line and field
 */
export function readService(file: string, env: Environment, place: Place = {}): Service {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) {
    const line = lines.linePos(syntaxError.pos[0]).line;
    throw new ServiceError(file, line, '', yamlFault(syntaxError.code));
  }

  const lineOf = (path: readonly string[]) => lines.linePos(offsetOf(document, path)).line;
  const fail: Fail = (path, message) => {
    throw new ServiceError(file, lineOf(path), path.join('.'), message);
  };
  resolveDocument(document, env, fail);
  const givenProvider = document.get('provider');
  if (isMap(givenProvider)) {
    for (const [name, value] of Object.entries(place)) givenProvider.set(name, value);
  }

  const checked = checkInput(serviceSchema, plainValue(document, fail), { show: showUnlessSecret });
  if (!checked.ok) {
    const [{ path, reason }] = checked.faults;
    fail(path.map(String), reason);
  }

  const { service: serviceName, provider, functions, custom } = checked.output;
  const { stage, region, runtime, role, vpc } = provider;
  const rules = readRules(custom.rules, region, fail);
  checkQuotas(functions, fail);
  const takers = Object.keys(functions).filter((name) => functions[name]?.events.some((event) => event.cos));
  if (takers[1] !== undefined) {
    fail(
      ['functions', takers[1], 'events'],
      `expected cos: rules at one function, got it at ${takers.join(' and ')}`,
    );
  }
  return {
    name: serviceName,
    stage,
    region,
    runtime,
    ...(vpc?.vpcId ? { vpc } : {}),
    ...(custom.domain?.name ? { domain: custom.domain } : {}),
    required: custom.required,
    rules,
    functions: Object.entries(functions).map(([name, { events, environment, ...settings }]) => {
      const nameInCloud = cloudName({ name: serviceName, stage }, name);
      if (!FUNCTION_NAME.test(nameInCloud)) {
        fail(
          ['functions', name],
          `expected at most 60 characters with service and stage, got "${nameInCloud}"`,
        );
      }
      return {
        name,
        ...settings,
        role: settings.role === 'none' ? '' : role || nameInCloud,
        environment: Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')),
        declared: Object.keys(environment),
        routes: events.flatMap(({ url }) => url?.routes ?? []),
        timers: events.flatMap(({ timer }) => timer ?? []),
        objectTriggers: events.some(({ cos }) => cos !== undefined) ? objectTriggers(rules) : [],
      };
    }),
  };
}

/** An alias of nothing, or of too much, shows only when the document is read out. */
function plainValue(document: Document, fail: Fail): unknown {
  try {
    return document.toJS();
  } catch {
    return fail([], yamlFault('BAD_ALIAS'));
  }
}

/** Replaces variables in every text of the document in place, so that places in the file stay known. */
function resolveDocument(document: Document, env: Environment, fail: Fail): void {
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
