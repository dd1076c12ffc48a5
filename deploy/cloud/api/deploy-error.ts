import { remedyFor } from './remedies.ts';

interface Details {
  /** The API's code, such as `ResourceNotFound.Role`, or one of ours without a dot. */
  readonly code: string;
  readonly message: string;
  /** The API's action; empty when nothing was asked. */
  readonly action?: string;
  /** The function's name in the account. */
  readonly functionName?: string;
  readonly requestId?: string;
  /** What to do; by default the one for the code. */
  readonly remedy?: string;
  readonly needsReread?: boolean;
}

/** Why the account could not be brought to what serverless.yml says, with what to do about it. */
export class DeployError extends Error {
  override readonly name = 'DeployError';
  readonly code: string;
  readonly action: string;
  readonly functionName: string;
  readonly requestId: string;
  readonly remedy: string;
  /** The write may have happened, or the account has changed since it was read: it has to be read again. */
  readonly needsReread: boolean;

  constructor({ code, message, action = '', functionName = '', requestId = '', ...rest }: Details) {
    const where = [functionName, action].filter((part) => part !== '').join(' ');
    super(`${where === '' ? '' : `${where}: `}${code}: ${message}${requestId && ` (request ${requestId})`}`);
    this.code = code;
    this.action = action;
    this.functionName = functionName;
    this.requestId = requestId;
    this.remedy = rest.remedy ?? remedyFor(code);
    this.needsReread = rest.needsReread ?? false;
  }
}
