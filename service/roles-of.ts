import type { Service } from './service.ts';

/** The roles that must be there; several functions may share one. */
export function rolesOf({ functions }: Service): string[] {
  return [...new Set(functions.flatMap(({ role }) => role || []))];
}
