import { DeployError } from './deploy-error.ts';

const NETWORK_ERROR = 'NetworkError';

/** The account has changed since it was read: somebody else works on it, or a write of ours did happen after all. */
const STALE = [
  'FailedOperation.CreateTrigger',
  'FailedOperation.DeleteFunction',
  'FailedOperation.FunctionNameStatusError',
  'FailedOperation.FunctionStatusError',
  'FailedOperation.FunctionVersionStatusNotActive',
  'FailedOperation.OperationConflict',
  'FailedOperation.ReservedInProgress',
  'FailedOperation.UpdateFunctionCode',
  'FailedOperation.UpdateFunctionConfiguration',
  'ResourceInUse.Function',
  'ResourceInUse.FunctionName',
  'ResourceInUse.Trigger',
  'ResourceInUse.TriggerName',
  'ResourceNotFound.Function',
  'ResourceNotFound.FunctionName',
  'ResourceNotFound.Timer',
  'ResourceNotFound.Trigger',
];

/** The SDK's exception as one of ours. What is not an answer of the API counts as an error of the network. */
export function fromSdkError(error: unknown, action: string, functionName: string): DeployError {
  const given = textAt(error, 'code');
  // What Node says of a socket, such as ECONNRESET, has no lower-case letter.
  const code = /^[A-Z]\w*[a-z]/.test(given) ? given : NETWORK_ERROR;
  return new DeployError({
    code,
    // Without an answer the message is Node's or the SDK's own: a code such as ECONNRESET says as much.
    message: code === NETWORK_ERROR ? `no answer${given && ` (${given})`}` : textAt(error, 'message') || code,
    action,
    functionName,
    requestId: textAt(error, 'requestId'),
    needsReread: isOutcomeUnknown(code) || STALE.includes(code),
  });
}

export function isThrottled({ code }: DeployError): boolean {
  return code.startsWith('RequestLimitExceeded');
}

/** Nobody knows whether the request was carried out. */
export function isOutcomeUnknown(code: string): boolean {
  return code === NETWORK_ERROR || code.startsWith('InternalError');
}

/** Of a function or a trigger; of a domain a guess, which only a deletion goes by, and the account is listed after it. */
function isAbsent({ code }: DeployError): boolean {
  // "The function does not exist" has this code too [doc 583/30771]; names are checked before anything is asked.
  return code.startsWith('ResourceNotFound') || code === 'InvalidParameterValue.FunctionName';
}

function textAt(error: unknown, key: 'code' | 'message' | 'requestId'): string {
  if (typeof error !== 'object' || error === null || !(key in error)) return '';
  const value = Object.getOwnPropertyDescriptor(error, key)?.value;
  return typeof value === 'string' ? value : '';
}

/** What was read, or undefined when there is no such thing. */
export async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof DeployError && isAbsent(error)) return undefined;
    throw error;
  }
}
