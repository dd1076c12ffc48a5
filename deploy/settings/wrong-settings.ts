import type { ServiceFunction } from '../../service/service.ts';
import { readConfig, readStoreConfig } from '../../shared/config.ts';
import { readWebhooks } from '../../shared/notify/read-webhooks.ts';
import { ConfigError } from '../../shared/read-variables.ts';
import { checkUploads } from '../../shared/rules/check-uploads.ts';
import type { Rule } from '../../shared/rules/rule.ts';

type Environment = ServiceFunction['environment'];

/** It answers what CI says also without a store; to the others that is all they work with. */
const NEEDS_NO_STORE = 'describe';

/**
 * What would stop functions at their first line, read as they read it: `describe, api: CI_BUCKETS: expected …, got
 * text of 5 characters`. Never a value, which may be a secret.
 */
export function wrongSettings(functions: readonly ServiceFunction[], rules: readonly Rule[] = []): string[] {
  const names = new Map<string, string[]>();
  for (const { name, environment } of functions) {
    for (const problem of problemsOf(name, environment, rules)) {
      names.set(problem, [...(names.get(problem) ?? []), name]);
    }
  }
  return [...names].map(([problem, concerned]) => `${concerned.join(', ')}: ${problem}`);
}

function problemsOf(name: string, environment: Environment, rules: readonly Rule[]): string[] {
  const hasStore = name === NEEDS_NO_STORE || environment['DATABASE_URL'] !== undefined;
  return [
    ...readersOf(name, rules).flatMap((read) => problemOf(() => read(environment))),
    ...(hasStore ? [] : ['DATABASE_URL: required, a store for this function']),
  ];
}

/** By the name of the function, which is the name of its source. */
function readersOf(name: string, rules: readonly Rule[]): ((environment: Environment) => unknown)[] {
  if (name === 'deliver') return [readStoreConfig, readWebhooks];
  return [(environment) => checkUploads(readConfig(environment), rules)];
}

function problemOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return [error.message];
    throw error;
  }
}
