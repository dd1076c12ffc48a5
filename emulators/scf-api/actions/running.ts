import { randomUUID } from 'node:crypto';
import { action, functionNamed } from '../action.ts';
import { ApiError } from '../api-error.ts';
import { getFunctionLogsRequest, invokeRequest } from '../running-requests.ts';

const MAX_SYNC_BYTES = 6 * 1024 * 1024; // [sdk]
const MAX_LOGS = 10_000; // [sdk]
const DEFAULT_PAGE = 20; // [guess]

export const invokeFunction = action(invokeRequest, async (input, { account, invoke }) => {
  const fn = functionNamed(account, input);
  const { InvocationType = 'RequestResponse', ClientContext = '{}' } = input;
  if (InvocationType !== 'RequestResponse' && InvocationType !== 'Event')
    throw new ApiError('InvalidParameterValue.InvokeType', `InvocationType ${InvocationType}.`);
  if (Buffer.byteLength(ClientContext) > MAX_SYNC_BYTES)
    throw new ApiError('InvalidParameterValue.ClientContext', 'ClientContext is too long.');
  if (fn.running === undefined)
    throw new ApiError('FailedOperation.InvokeFunction', `The function ${fn.name} is ${fn.status}.`);
  const outcome = invoke(fn.name, eventOf(ClientContext));
  const FunctionRequestId = randomUUID();
  if (InvocationType === 'Event') {
    // Nobody waits for it, so nobody hears of its failure.
    outcome.catch(() => undefined);
    return { Result: { FunctionRequestId } };
  }
  const usage = { FunctionRequestId, Duration: 1, BillDuration: 1, MemUsage: 0, Log: '' };
  return {
    Result: await outcome.then(
      (value) => ({ ...usage, InvokeResult: 0, ErrMsg: '', RetMsg: JSON.stringify(value) }),
      (error: unknown) => ({ ...usage, InvokeResult: 1, ErrMsg: String(error), RetMsg: '' }),
    ),
  };
});

/** Logs that tests laid down, the newest first [guess], those of the time asked for. */
export const getFunctionLogs = action(getFunctionLogsRequest, (input, { account }) => {
  const { Offset = 0, Limit = DEFAULT_PAGE, Order = 'desc', StartTime, EndTime } = input;
  if (Offset + Limit > MAX_LOGS)
    throw new ApiError('InvalidParameterValue.Limit', 'Offset and Limit: too many.');
  if ((StartTime === undefined) !== (EndTime === undefined))
    throw new ApiError('InvalidParameterValue.StartTimeOrEndTime', 'StartTime and EndTime go together.');
  if (input.FunctionName !== undefined) functionNamed(account, input);
  const found = account.logs
    .filter((log) => log.FunctionName === (input.FunctionName ?? log.FunctionName))
    .filter((log) => log.RequestId === (input.FunctionRequestId ?? log.RequestId))
    .filter(({ StartTime: at = '' }) => at >= (StartTime ?? '') && at <= (EndTime ?? '9'))
    .sort((a, b) => (a.StartTime ?? '').localeCompare(b.StartTime ?? '') * (Order === 'asc' ? 1 : -1));
  return { TotalCount: found.length, Data: found.slice(Offset, Offset + Limit) };
});

function eventOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError('InvalidParameterValue.Param', 'ClientContext is not JSON.');
  }
}
