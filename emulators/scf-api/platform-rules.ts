import type { Account } from './account.ts';
import { ApiError } from './api-error.ts';

/*
 * What SCF accepts, written here a second time from its pages: the plan under test must not be checked with its own
 * table. Codes [doc 583/30771]; which code a page's limit answers with is a guess where the code's name does not say it.
 */

const FUNCTION_NAME = /^[A-Za-z][\w-]{0,58}[A-Za-z0-9]$/; // [doc 583/18586]
const HANDLER = /^[A-Za-z][\w-]*\.[A-Za-z]\w*$/; // [doc 583/18586]
const ENVIRONMENT_NAME = /^[A-Za-z]\w*$/; // [doc 583/30228]
const SYSTEM_VARIABLE = /^(SCF|QCLOUD|TENCENTCLOUD)_/; // [doc 583/30228]

const MB = 1024 * 1024;
const MAX_CREATE_ZIP_BYTES = 50 * MB; // [sdk]
const MAX_UPDATE_ZIP_BYTES = 20 * MB; // [sdk]
const MAX_ENVIRONMENT_BYTES = 4096; // [doc 583/30771]
const MAX_DESCRIPTION_CHARACTERS = 1000; // [sdk]
/** Letters, Chinese ones too, digits, spaces, commas, full stops and new lines [sdk]. */
const DESCRIPTION = /^[\p{L}\p{N} ,.\n]*$/u;
const ZIP_START = Buffer.from('PK\u0003\u0004');

interface Configuration {
  readonly Description?: string;
  readonly MemorySize?: number;
  readonly Timeout?: number;
  readonly Environment?: {
    readonly Variables?: readonly { readonly Key?: string; readonly Value?: string }[];
  };
  readonly Role?: string;
}

export function checkFunctionName(name: string): void {
  if (!FUNCTION_NAME.test(name)) refuse('InvalidParameterValue.FunctionName', `FunctionName ${name}`);
}

export function checkHandler(handler: string | undefined): void {
  if (handler !== undefined && !HANDLER.test(handler))
    refuse('InvalidParameterValue.Handler', `Handler ${handler}`);
}

/** @throws ApiError for a value that a function may not have; what is left out is not looked at */
export function checkConfiguration(account: Account, configuration: Configuration): void {
  const { Description = '', MemorySize = 128, Timeout = 3, Environment, Role } = configuration;
  if (!DESCRIPTION.test(Description) || [...Description].length > MAX_DESCRIPTION_CHARACTERS)
    refuse('InvalidParameterValue.Description', `Description '${Description}'`);
  if (MemorySize > 3072) refuse('LimitExceeded.Memory', `MemorySize ${MemorySize}`);
  if (MemorySize !== 64 && (MemorySize < 128 || MemorySize % 128 !== 0))
    refuse('InvalidParameterValue.MemorySize', `MemorySize ${MemorySize}`);
  if (Timeout > 900) refuse('LimitExceeded.Timeout', `Timeout ${Timeout}`);
  if (Timeout < 1) refuse('InvalidParameterValue', `Timeout ${Timeout}`);
  checkEnvironment(Environment?.Variables ?? []);
  if (Role !== undefined && Role !== '' && !account.roles.has(Role))
    refuse('ResourceNotFound.Role', `Role ${Role}`);
}

function checkEnvironment(variables: readonly { readonly Key?: string; readonly Value?: string }[]): void {
  let bytes = 0;
  for (const { Key = '', Value = '' } of variables) {
    // A value may not be empty either [sdk].
    if (!ENVIRONMENT_NAME.test(Key) || Key.length > 64 || Key.length < 2 || Value === '')
      refuse('InvalidParameterValue.Environment', `Environment variable '${Key}'`);
    if (SYSTEM_VARIABLE.test(Key))
      refuse('InvalidParameterValue.EnvironmentSystemProtect', `Variable ${Key}`);
    bytes += Buffer.byteLength(Key) + Buffer.byteLength(Value);
  }
  if (new Set(variables.map(({ Key }) => Key)).size !== variables.length)
    refuse('InvalidParameterValue.Environment', 'A repeated environment variable');
  if (bytes > MAX_ENVIRONMENT_BYTES)
    refuse('InvalidParameterValue.EnvironmentExceededLimit', `Environment of ${bytes} bytes`);
}

/** @throws ApiError for a text that is not base64, not a zip or too long */
export function readZip(text: string | undefined, action: 'create' | 'update'): Buffer {
  if (text === undefined || text === '') throw new ApiError('MissingParameter.Code', 'No ZipFile was given.');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0)
    throw new ApiError('InvalidParameterValue.ZipFileBase64BinasciiError', 'ZipFile is not base64.');
  const zip = Buffer.from(text, 'base64');
  if (!zip.subarray(0, ZIP_START.length).equals(ZIP_START))
    throw new ApiError('InvalidParameterValue.ZipFile', 'ZipFile is not a zip.');
  const most = action === 'create' ? MAX_CREATE_ZIP_BYTES : MAX_UPDATE_ZIP_BYTES;
  if (zip.length > most)
    throw new ApiError(
      'InvalidParameterValue.LimitExceeded',
      `ZipFile of ${zip.length} bytes, at most ${most}.`,
    );
  return zip;
}

function refuse(code: string, what: string): never {
  throw new ApiError(code, `${what} is not accepted.`);
}
