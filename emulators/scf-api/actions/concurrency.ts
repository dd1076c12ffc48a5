import { action, functionNamed } from '../action.ts';
import { ApiError } from '../api-error.ts';
import { functionVersionRequest } from '../function-requests.ts';
import {
  functionRequest,
  putReservedConcurrencyConfigRequest,
  updateFunctionEventInvokeConfigRequest,
} from '../running-requests.ts';
import { assertSettled } from '../settle.ts';

/** MB; what accounts begin with, of which 12 800 stay free for all [doc 583/39224]. */
const ACCOUNT_MEMORY = 128_000;
const UNRESERVED_MEMORY = 12_800;

// A function that is being deployed takes no other change [doc 583/30771].
const NOT_NOW = 'FailedOperation.FunctionStatusError';

export const putReservedConcurrencyConfig = action(
  putReservedConcurrencyConfigRequest,
  (input, { account }) => {
    const fn = functionNamed(account, input);
    const others = [...account.functions.values()].filter((one) => one !== fn);
    const reserved = others.reduce((sum, { reservedMem = 0 }) => sum + reservedMem, 0);
    const memory = input.ReservedConcurrencyMem;
    if (memory < 0) throw new ApiError('InvalidParameterValue.Memory', `ReservedConcurrencyMem ${memory}.`);
    if (reserved + memory > ACCOUNT_MEMORY - UNRESERVED_MEMORY)
      throw new ApiError(
        'LimitExceeded.FunctionReservedConcurrencyMemory',
        `${reserved + memory} MB in all.`,
      );
    assertSettled(fn, NOT_NOW);
    fn.reservedMem = memory;
    return {};
  },
);

/** A function without a limit of its own answers null [sdk]. */
export const getReservedConcurrencyConfig = action(functionRequest, (input, { account }) => ({
  ReservedMem: functionNamed(account, input).reservedMem ?? null,
}));

export const deleteReservedConcurrencyConfig = action(functionRequest, (input, { account }) => {
  const fn = functionNamed(account, input);
  assertSettled(fn, NOT_NOW);
  delete fn.reservedMem;
  return {};
});

export const getFunctionEventInvokeConfig = action(functionVersionRequest, (input, { account }) => {
  const { retryNum, msgTTL } = functionNamed(account, input).asyncConfig;
  return { AsyncTriggerConfig: { RetryConfig: [{ RetryNum: retryNum }], MsgTTL: msgTTL } };
});

/** The ranges are a guess; the codes are not [doc 583/30771]. */
export const updateFunctionEventInvokeConfig = action(
  updateFunctionEventInvokeConfigRequest,
  (input, { account }) => {
    const fn = functionNamed(account, input);
    const { RetryConfig, MsgTTL } = input.AsyncTriggerConfig;
    const [retry] = RetryConfig;
    if (retry === undefined || RetryConfig.length !== 1)
      throw new ApiError('InvalidParameterValue.AsyncTriggerConfig', 'RetryConfig has one entry.');
    if (retry.RetryNum < 0 || retry.RetryNum > 2)
      throw new ApiError('LimitExceeded.RetryNum', `RetryNum ${retry.RetryNum}.`);
    if (MsgTTL < 60 || MsgTTL > 21_600) throw new ApiError('LimitExceeded.MsgTTL', `MsgTTL ${MsgTTL}.`);
    assertSettled(fn, NOT_NOW);
    fn.asyncConfig = { retryNum: retry.RetryNum, msgTTL: MsgTTL };
    return {};
  },
);
