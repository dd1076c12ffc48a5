import type * as v from 'valibot';
import { checkInput, type Fault } from './check-input.ts';
import { InvalidField } from './invalid-field.ts';

/** The input as its schema reads it. @throws InvalidField for the first fault */
export function parseInput<const Schema extends v.GenericSchema<unknown, unknown>>(
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const checked = checkInput(schema, value);
  if (checked.ok) return checked.output;
  const [{ path, reason }] = checked.faults;
  throw new InvalidField(fieldOf(path) || 'body', reason);
}

/** `Operation[0].Output` */
function fieldOf(path: Fault['path']): string {
  return path.reduce<string>(
    (field, key) => (typeof key === 'number' ? `${field}[${key}]` : field === '' ? key : `${field}.${key}`),
    '',
  );
}
