import type { Configuration } from '../state/state.ts';

/**
 * What differs, for people: `memory 128 → 256 MB`, `environment +CALLBACK_URL ~DATABASE_URL`. The environment's values
 * may be secrets: only names are told.
 */
export function differences(from: Configuration, to: Configuration): string[] {
  const changes: string[] = [];
  if (from.description !== to.description) changes.push('description');
  if (from.memorySize !== to.memorySize) changes.push(`memory ${from.memorySize} → ${to.memorySize} MB`);
  if (from.timeout !== to.timeout) changes.push(`timeout ${from.timeout} → ${to.timeout} s`);
  const environment = environmentDifferences(from.environment, to.environment);
  if (environment !== '') changes.push(`environment ${environment}`);
  if (from.role !== to.role) changes.push(`role ${from.role || 'none'} → ${to.role || 'none'}`);
  if (from.vpc?.vpcId !== to.vpc?.vpcId || from.vpc?.subnetId !== to.vpc?.subnetId) {
    changes.push(`network ${from.vpc?.subnetId ?? 'none'} → ${to.vpc?.subnetId ?? 'none'}`);
  }
  return changes;
}

function environmentDifferences(
  from: Configuration['environment'],
  to: Configuration['environment'],
): string {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
  return names
    .flatMap((name) => {
      if (from[name] === to[name]) return [];
      if (from[name] === undefined) return `+${name}`;
      return to[name] === undefined ? `-${name}` : `~${name}`;
    })
    .join(' ');
}
