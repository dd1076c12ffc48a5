import type * as v from 'valibot';
import type { Account, StoredFunction } from './account.ts';
import { ApiError } from './api-error.ts';
import { parseRequest } from './request-schema.ts';
import type { Settling } from './settle.ts';

/** Runs a function's code for Invoke. */
export type Invoke = (name: string, event: unknown) => Promise<unknown>;

export interface ActionContext {
  readonly account: Account;
  readonly settling: Settling;
  readonly invoke: Invoke;
}

/** Answers the parameters of one action with what stands in `Response`. */
export type Action = (parameters: unknown, context: ActionContext) => Promise<object>;

export function action<S extends v.GenericSchema>(
  schema: S,
  run: (input: v.InferOutput<S>, context: ActionContext) => object | Promise<object>,
): Action {
  return async (parameters, context) => await run(parseRequest(schema, parameters), context);
}

/** @throws ApiError for a function that does not exist, in the only namespace there is */
export function functionNamed(
  { functions }: Account,
  { FunctionName = '', Namespace = 'default' }: { FunctionName?: string; Namespace?: string },
): StoredFunction {
  if (Namespace !== 'default')
    throw new ApiError('ResourceNotFound.Namespace', `The namespace ${Namespace} does not exist.`);
  const fn = functions.get(FunctionName);
  if (fn === undefined)
    throw new ApiError('ResourceNotFound.Function', `The function ${FunctionName} does not exist.`);
  return fn;
}
