import * as v from 'valibot';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A wrong environment: the message names every wrong variable and what was expected, and never shows a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Checks variables of the environment; an empty one counts as not set. Throws ConfigError. */
export function readVariables<const Schema extends v.GenericSchema<unknown, unknown>>(
  schema: Schema,
  env: Environment,
): v.InferOutput<Schema> {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = v.safeParse(schema, set);
  if (result.success) return result.output;
  throw new ConfigError(
    result.issues
      .map(({ path, message }) => {
        const name = String(path?.[0]?.key);
        return `${name}: expected ${message}, got ${shapeOf(set[name])}`;
      })
      .join('; '),
  );
}

/** A value may be a secret: only its shape is told. */
export function shapeOf(value: string | undefined): string {
  return value === undefined ? 'nothing' : `text of ${value.length} characters`;
}

/** The items of a comma separated list; empty ones are none. */
export function commaSeparated(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
