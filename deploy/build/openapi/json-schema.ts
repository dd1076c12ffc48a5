import {
  type ConversionConfig,
  type JsonSchema,
  toJsonSchema,
  toJsonSchemaDefs,
} from '@valibot/to-json-schema';
import type * as v from 'valibot';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Schemas = Readonly<Record<string, v.GenericSchema>>;

/** Schemas that choose by what they read (v.lazy) are asked what they would read each of these with. */
const SAMPLES: readonly unknown[] = [{}, { TemplateId: 'x' }, ''];

/**
 * Converts schemas to JSON Schema (2020-12), references to each other included. What cannot be said in it fails, unless
 * the schema brings its own words (shared/ci/documented.ts).
 *
 * @throws Error for a check without words
 */
export function toJsonSchemas(schemas: Schemas): Record<string, Json> {
  return withOwnWords(JSON.parse(JSON.stringify(toJsonSchemaDefs(schemas, CONFIG))));
}

const CONFIG: ConversionConfig = {
  target: 'draft-2020-12',
  typeMode: 'input',
  overrideSchema: ({ valibotSchema, jsonSchema }) => {
    if (isUnsaid(valibotSchema))
      throw new Error(`A ${valibotSchema.type} is checked, and says nothing of it: expected documented(…)`);
    if (isLazy(valibotSchema)) return choicesOf(valibotSchema);
    // Told from what has no other keys today: those are not refused by readers of the document either.
    return valibotSchema.type === 'loose_object' ? { ...jsonSchema, additionalProperties: true } : undefined;
  },
  // Its words stand beside it: the line above has made sure of it.
  overrideAction: ({ valibotAction, jsonSchema }) =>
    valibotAction.type === 'check' ? jsonSchema : undefined,
};

function isUnsaid(schema: v.GenericSchema): boolean {
  const actions = 'pipe' in schema && Array.isArray(schema.pipe) ? schema.pipe : [];
  const isSaid = actions.some(
    ({ type, metadata }) => type === 'metadata' && metadata?.jsonSchema !== undefined,
  );
  return !isSaid && actions.some(({ type }) => type === 'check');
}

function isLazy(schema: v.GenericSchema): schema is v.LazySchema<v.GenericSchema> {
  return schema.type === 'lazy';
}

function choicesOf({ getter }: v.LazySchema<v.GenericSchema>): JsonSchema {
  const texts = SAMPLES.map((sample) => {
    const { $schema: _, ...converted } = toJsonSchema(getter(sample), CONFIG);
    return JSON.stringify(converted);
  });
  return { anyOf: [...new Set(texts)].map((text) => JSON.parse(text)) };
}

/** What a schema says of itself takes the place of what was made of it. */
function withOwnWords<Value extends Json>(value: Value): Value {
  return JSON.parse(JSON.stringify(value, (_, item) => item?.jsonSchema ?? item));
}
