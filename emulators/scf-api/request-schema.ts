import * as v from 'valibot';
import { ApiError } from './api-error.ts';

/** One schema for every parameter of the request `T`: the compiler holds the tables against the SDK's model. */
type Fields<T> = { [Name in keyof Required<T>]: v.GenericSchema };

export const text = v.string();
export const number = v.pipe(v.number(), v.integer());

export const maybeText = v.exactOptional(text);
export const maybeNumber = v.exactOptional(number);
export const maybeFlag = v.exactOptional(v.boolean());

/** An object of the API; parameters that it does not declare are refused. */
export function object<T>() {
  // To valibot a list is an object too.
  return <const F extends Fields<T>>(fields: F) =>
    v.pipe(
      v.unknown(),
      v.check((value) => !Array.isArray(value)),
      v.strictObject(fields),
    );
}

/** What we never send, and so do not look into. */
export const anything = v.exactOptional(v.unknown());

/**
 * Takes a request apart as API 3.0 does: codes [doc 583/30771], messages after what its gateway answers [guess].
 *
 * @throws ApiError `UnknownParameter`, `MissingParameter` or `InvalidParameter`, naming the parameter
 */
export function parseRequest<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const name = v.getDotPath(issue) ?? 'the request';
  if (issue.expected === 'never')
    throw new ApiError('UnknownParameter', `The parameter \`${name}\` is not recognized.`);
  if (issue.received === 'undefined')
    throw new ApiError('MissingParameter', `The request is missing a required parameter \`${name}\`.`);
  throw new ApiError('InvalidParameter', `The value type of parameter \`${name}\` is not valid.`);
}
