import { InvalidField } from '../ci/invalid-field.ts';
import type { HttpRequest } from './http-request.ts';

/** The query's parameters, each at most once; an empty one counts as absent. Refuses names it does not know. */
export function readQuery<Name extends string>(
  request: HttpRequest,
  known: readonly Name[],
): Partial<Record<Name, string>> {
  const read: Partial<Record<Name, string>> = {};
  for (const [given, values] of Object.entries(request.query)) {
    const name = known.find((candidate) => candidate === given);
    if (name === undefined) {
      throw new InvalidField(given.slice(0, 64), `unknown; known are ${known.join(', ')}`);
    }
    if (values.length > 1) throw new InvalidField(name, 'the parameter once', `${values.length} times`);
    const [value = ''] = values;
    if (value !== '') read[name] = value;
  }
  return read;
}
