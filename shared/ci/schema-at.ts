import type * as v from 'valibot';

/** A schema whatever its kind: what it has of these says how to go on. */
export interface AnySchema extends v.GenericSchema {
  readonly entries?: v.ObjectEntries;
  readonly item?: AnySchema;
  readonly items?: readonly AnySchema[];
  readonly value?: AnySchema;
  readonly wrapped?: AnySchema;
  readonly options?: readonly unknown[];
  readonly getter?: (input: unknown) => AnySchema;
}

type Steps = readonly { readonly input: unknown; readonly key: unknown }[];

/** The schema of what stands at a path; undefined where nothing is known of it. @param value what stands there */
export function schemaAt(schema: AnySchema, steps: Steps, value: unknown): AnySchema | undefined {
  const [step, ...rest] = steps;
  const own = step === undefined ? value : step.input;
  if (schema.getter) return schemaAt(schema.getter(own), steps, value);
  if (schema.wrapped) return schemaAt(schema.wrapped, steps, value);
  if (step === undefined) return schema;
  const next = childAt(schema, step.key);
  if (next) return schemaAt(next, rest, value);
  // The first of a union that knows the place.
  const options = (schema.options ?? []).filter(isSchema);
  return options.reduce<AnySchema | undefined>(
    (found, option) => found ?? schemaAt(option, steps, value),
    undefined,
  );
}

function childAt({ entries, item, items, value }: AnySchema, key: unknown): AnySchema | undefined {
  if (entries) return Object.hasOwn(entries, String(key)) ? entries[String(key)] : undefined;
  return items?.[Number(key)] ?? item ?? value;
}

/** The options of a picklist are plain values. */
function isSchema(option: unknown): option is AnySchema {
  return typeof option === 'object' && option !== null && 'kind' in option && option.kind === 'schema';
}
