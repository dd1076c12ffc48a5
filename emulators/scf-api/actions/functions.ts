import { createHash } from 'node:crypto';
import { newFunctionId, type StoredFunction, timeText } from '../account.ts';
import { action, functionNamed } from '../action.ts';
import { ApiError } from '../api-error.ts';
import {
  createFunctionRequest,
  functionVersionRequest,
  getFunctionRequest,
  listFunctionsRequest,
} from '../function-requests.ts';
import { checkConfiguration, checkFunctionName, checkHandler, readZip } from '../platform-rules.ts';
import { assertSettled, noteRead } from '../settle.ts';
import { triggerOf } from './triggers.ts';

/** Of asynchronous events: two retries, six hours [doc, retry policies]. */
const DEFAULT_RETRIES = { retryNum: 2, msgTTL: 21_600 };
const DEFAULT_PAGE = 20; // [sdk]

export const createFunction = action(createFunctionRequest, (input, { account, settling }) => {
  const { FunctionName: name, Code, Namespace = 'default', ...given } = input;
  checkFunctionName(name);
  checkHandler(given.Handler);
  checkConfiguration(account, given);
  if (Namespace !== 'default')
    throw new ApiError('ResourceNotFound.Namespace', `The namespace ${Namespace} does not exist.`);
  const zip = readZip(Code.ZipFile, 'create');
  // Two codes of the documentation fit [doc 583/30771]: which of them is answered is a guess.
  if (account.functions.has(name))
    throw new ApiError('ResourceInUse.FunctionName', `The function ${name} exists already.`);
  const now = timeText();
  // Defaults [sdk].
  const configuration = { Description: '', MemorySize: 128, Timeout: 3, Runtime: 'Python2.7', ...given };
  const fn: StoredFunction = {
    name,
    id: newFunctionId(),
    addTime: now,
    modTime: now,
    status: 'Creating',
    statusReasons: [],
    asked: { zip, configuration },
    triggers: [],
    asyncConfig: DEFAULT_RETRIES,
  };
  account.functions.set(name, fn);
  settling.start(account, fn, 'Creating');
  return {};
});

export const getFunction = action(getFunctionRequest, (input, { account }) => {
  const asked = functionNamed(account, input);
  noteRead(account, asked);
  const fn = functionNamed(account, input);
  const { Environment, VpcConfig, ...configuration } = fn.asked.configuration;
  return {
    ...summaryOf(fn),
    ...configuration,
    // Left out or empty, they are read back as empty objects of the full shape [doc 583/18584].
    Environment: { Variables: Environment?.Variables ?? [] },
    VpcConfig: { VpcId: VpcConfig?.VpcId ?? '', SubnetId: VpcConfig?.SubnetId ?? '' },
    Role: configuration.Role ?? '',
    Handler: configuration.Handler ?? '',
    Triggers: fn.triggers.map(triggerOf),
    CodeSize: fn.asked.zip.length,
    CodeInfo: '',
    CodeResult: 'success',
    CodeError: '',
    ErrNo: 0,
    FunctionVersion: '$LATEST',
    Qualifier: '$LATEST',
    AvailableStatus: 'Available',
    InstallDependency: configuration.InstallDependency ?? 'FALSE',
  };
});

export const listFunctions = action(listFunctionsRequest, (input, { account }) => {
  const { Offset = 0, Limit = DEFAULT_PAGE, SearchKey = '', Description = '' } = input;
  const found = [...account.functions.values()]
    .filter(({ name }) => name.includes(SearchKey))
    .filter(({ asked }) => (asked.configuration.Description ?? '').includes(Description));
  return { TotalCount: found.length, Functions: found.slice(Offset, Offset + Limit).map(summaryOf) };
});

export const deleteFunction = action(functionVersionRequest, (input, { account, settling }) => {
  const fn = functionNamed(account, input);
  assertSettled(fn, 'FailedOperation.DeleteFunction', ['CreateFailed', 'UpdateFailed']);
  // Its triggers stop with it [guess].
  fn.triggers = [];
  settling.start(account, fn, 'Deleting');
  return {};
});

export const getFunctionAddress = action(functionVersionRequest, (input, { account }) => {
  const fn = functionNamed(account, input);
  return {
    Url: `https://code-${account.appId}.cos.${account.region}.myqcloud.com/${fn.id}.zip`,
    // Of the zip as it was sent, in hex [doc 583/37164]; that the platform does not pack it anew is a guess.
    CodeSha256: createHash('sha256').update(fn.asked.zip).digest('hex'),
  };
});

function summaryOf(fn: StoredFunction) {
  const { Description, Runtime, Type = 'Event', Tags = [] } = fn.asked.configuration;
  return {
    FunctionName: fn.name,
    FunctionId: fn.id,
    Namespace: 'default',
    Status: fn.status,
    StatusDesc: '',
    StatusReasons: fn.statusReasons,
    AddTime: fn.addTime,
    ModTime: fn.modTime,
    Description,
    Runtime,
    Type,
    Tags,
  };
}
