import * as v from 'valibot';

/** A JSON Schema, as far as it is written by hand. */
export type JsonSchemaText = Readonly<Record<string, unknown>>;

/**
 * What the API's document says of a text that is checked or read as something else: it takes this JSON Schema instead of
 * what it would make of the schema. Costs a bundle nothing but the words.
 */
export const documented = <Input = string>(jsonSchema: JsonSchemaText) =>
  v.metadata<Input, { readonly jsonSchema: JsonSchemaText }>({ jsonSchema });
