import { createHash } from 'node:crypto';
import type { Account, StoredFunction, StoredTrigger } from './account.ts';

/**
 * All that a deployment leaves behind, fit to be compared with what another one left: in a fixed order, without times
 * and ids, and with `<URL of NAME>` wherever the address of a function's URL stands.
 */
export function snapshot(account: Account): { functions: unknown[]; domains: unknown[] } {
  const functions = [...account.functions.values()].sort((a, b) => a.name.localeCompare(b.name));
  const plain = {
    functions: functions.map(functionState),
    domains: [...account.domains.values()].sort((a, b) => a.Domain.localeCompare(b.Domain)),
  };
  let text = JSON.stringify(plain);
  for (const { name, triggers } of functions)
    for (const url of triggers.flatMap(urlsOf)) text = text.replaceAll(url, `<URL of ${name}>`);
  return JSON.parse(text);
}

/** The public address of a function's URL; undefined when it has none. */
export function urlOf({ triggers }: StoredFunction): string | undefined {
  return triggers.flatMap(urlsOf)[0];
}

function functionState(fn: StoredFunction) {
  const { Environment, ...configuration } = fn.asked.configuration;
  return {
    name: fn.name,
    status: fn.status,
    configuration,
    environment: [...(Environment?.Variables ?? [])].sort((a, b) => (a.Key ?? '').localeCompare(b.Key ?? '')),
    code: createHash('sha256').update(fn.asked.zip).digest('hex'),
    isRunning: fn.running === fn.asked,
    asyncConfig: fn.asyncConfig,
    reservedMem: fn.reservedMem ?? null,
    triggers: fn.triggers.map(({ addTime, modTime, ...trigger }) => JSON.stringify(trigger)).sort(),
  };
}

function urlsOf({ type, desc }: StoredTrigger): string[] {
  if (type !== 'http') return [];
  const url: unknown = JSON.parse(desc).NetConfig.ExtranetUrl;
  return typeof url === 'string' ? [url] : [];
}
