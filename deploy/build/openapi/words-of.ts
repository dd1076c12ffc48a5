import * as v from 'valibot';

/** What a schema expects, in the words of its refusals. */
export function wordsOf(schema: v.GenericSchema): string {
  const inner = 'wrapped' in schema ? (schema.wrapped as v.GenericSchema) : schema;
  return v.safeParse(inner, null).issues?.[0].message ?? '';
}
