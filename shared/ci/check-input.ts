import * as v from 'valibot';
import { refusalReason, show } from './invalid-field.ts';
import { type AnySchema, schemaAt } from './schema-at.ts';

/** One thing that is wrong with an input, in our words and never in those of a library. */
export interface Fault {
  /** where, from the top; for an unknown key that may not be shown, the object that has it */
  readonly path: readonly (string | number)[];
  /** `required, …`, `expected …, got …` or `unknown; known are …` */
  readonly reason: string;
}

export type Checked<T> =
  | { readonly ok: true; readonly output: T }
  | { readonly ok: false; readonly faults: readonly [Fault, ...Fault[]] };

interface CheckOptions {
  /** says what came, perhaps only its shape */
  readonly show?: (value: unknown, path: Fault['path']) => string;
  /** whether a key that nobody knows may be a secret in the wrong place */
  readonly hidesKeys?: boolean;
  /** every fault, for who mends a file; else the first, since a request may have a million */
  readonly all?: boolean;
}

/**
 * Checks an input against a schema: the one place where the issues of schemas become words. The message of a schema
 * says what it expects, such as `a kind of job such as Animation`; one that has none is described by its type.
 */
export function checkInput<const Schema extends v.GenericSchema<unknown, unknown>>(
  schema: Schema,
  value: unknown,
  options: CheckOptions = {},
): Checked<v.InferOutput<Schema>> {
  const read = v.safeParse(schema, value, {
    abortEarly: options.all !== true,
    abortPipeEarly: true,
    message: LIBRARY_MESSAGE,
  });
  if (read.success) return { ok: true, output: read.output };
  const [first, ...others] = read.issues;
  const toFault = (issue: v.BaseIssue<unknown>) => faultOf(schema, issue, options);
  return { ok: false, faults: [toFault(first), ...others.map(toFault)] };
}

/** Takes the place of the library's own messages, so that they are known when they come back. */
const LIBRARY_MESSAGE = '';

function faultOf(schema: v.GenericSchema, issue: v.BaseIssue<unknown>, options: CheckOptions): Fault {
  const steps = issue.path ?? [];
  const path = steps.map(({ key }) => (typeof key === 'number' ? key : String(key)));
  const showValue = options.show ?? show;
  const last = steps.at(-1);
  if (last?.origin === 'key') {
    const object = schemaAt(schema, steps.slice(0, -1), last.input);
    const above = path.slice(0, -1);
    // To the library a list is an object, whose keys are missing.
    if (object && Array.isArray(last.input)) {
      return { path: above, reason: refusalReason(expectedBy(object, null), showValue(last.input, above)) };
    }
    if (issue.expected === 'never') {
      const known = `known are ${Object.keys(object?.entries ?? {}).join(', ')}`;
      return options.hidesKeys === true
        ? { path: above, reason: `unknown key of ${String(last.key).length} characters; ${known}` }
        : { path, reason: `unknown; ${known}` };
    }
  }
  // What a step of reading made of a value is not what came.
  const came = last?.origin === 'value' ? last.value : issue.input;
  const place = schemaAt(schema, steps, came);
  // A key that is missing is told by its object: what its value should be its own schema says.
  const expected =
    place && came === undefined ? expectedBy(place, undefined) : expectationOf(issue, place?.entries);
  return { path, reason: refusalReason(expected, showValue(came, path)) };
}

/** What a schema says to a value that it refuses. */
function expectedBy(schema: AnySchema, refused: null | undefined): string {
  const [issue] = v.safeParse(schema, refused, { message: LIBRARY_MESSAGE }).issues ?? [];
  return issue ? expectationOf(issue, schema.entries) : 'another value';
}

function expectationOf({ message, expected }: v.BaseIssue<unknown>, entries: v.ObjectEntries = {}): string {
  if (message !== LIBRARY_MESSAGE) return message;
  return expected === 'Object' ? describeObject(entries) : describeType(expected ?? '');
}

function describeObject(entries: v.ObjectEntries): string {
  const names = Object.entries(entries).filter(
    ([, entry]) => entry.type !== 'exact_optional' && !v.is(entry, undefined),
  );
  return names.length === 0 ? 'an object' : `an object with ${names.map(([name]) => name).join(', ')}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  Array: 'a list',
  Object: 'an object',
};

/** The library writes types as TypeScript does: `string`, `"none"`, `("a" | "b")`. */
function describeType(expected: string): string {
  const parts = expected
    .replace(/^\((.*)\)$/s, '$1')
    .split(' | ')
    .filter((part) => part !== 'undefined');
  const words = parts.map((part) => TYPES[part] ?? literalOf(part) ?? 'another value');
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : words.join('');
}

/** What is no literal either, such as a pattern, is nothing for a person to read. */
function literalOf(part: string): string | undefined {
  return /^(?:null|true|false|-?\d+)$/.test(part) ? part : /^"(.*)"$/s.exec(part)?.[1];
}
