import * as v from 'valibot';
import { checkInput } from './ci/check-input.ts';
import { shapeOf } from './ci/invalid-field.ts';
import type { Environment } from './environment.ts';

/** A wrong environment: the message names every wrong variable and what was expected, and never shows a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(message: string) {
    super(message);
    // It is thrown while a function loads, and the platform prints the stack: that of a minified bundle tells nothing.
    this.stack = `ConfigError: ${message}`;
  }
}

/** Checks variables of the environment; an empty one counts as not set. @throws ConfigError */
export function readVariables<const Schema extends v.GenericSchema<unknown, unknown>>(
  schema: Schema,
  env: Environment,
): v.InferOutput<Schema> {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  // What a step of reading made of a value, such as a list, is not what came.
  const checked = checkInput(schema, set, { show: (_, [name = '']) => shapeOf(set[name]), all: true });
  if (checked.ok) return checked.output;
  throw new ConfigError(checked.faults.map(({ path, reason }) => `${path[0]}: ${reason}`).join('; '));
}

/** The items of a comma separated list; empty ones are none. */
export function commaSeparated(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** The same, as a field of a schema. */
export const commaList = v.pipe(v.string(), v.transform(commaSeparated));
