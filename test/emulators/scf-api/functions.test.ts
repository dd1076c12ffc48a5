import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test as it } from 'vitest';
import { type StandIn, startScf } from '../../../emulators/scf-api/start-scf.ts';
import { minimalFunction, zipOf } from '../../worlds/minimal-function.ts';
import { scfClient } from '../../worlds/official-client.ts';
import { refusalCode } from './refusal-code.ts';

let standIn: StandIn;
let client: ReturnType<typeof scfClient>;

beforeEach(async () => {
  standIn = await startScf({ roles: ['media-reader'] });
  client = scfClient(standIn);
});

afterEach(async () => await standIn.close());

const MB = 1024 * 1024;
const NAMED = { FunctionName: 'describe' };

async function readStatus(times: number): Promise<(string | undefined)[]> {
  const seen: (string | undefined)[] = [];
  for (let i = 0; i < times; i++) seen.push((await client.GetFunction(NAMED)).Status);
  return seen;
}

async function createActive() {
  await client.CreateFunction(minimalFunction('describe'));
  await readStatus(3);
}

describe('a change takes a while', () => {
  it('a function is created, then active', async () => {
    await client.CreateFunction(minimalFunction('describe'));
    expect(await readStatus(4)).toEqual(['Creating', 'Creating', 'Active', 'Active']);
  });

  it('an update too, and until it is done the old code runs', async () => {
    await createActive();
    const before = standIn.zipOf('describe');
    const zip = zipOf('exports.main_handler = async () => 2;');
    await client.UpdateFunctionCode({ ...NAMED, ZipFile: zip.toString('base64') });
    expect(await readStatus(2)).toEqual(['Updating', 'Updating']);
    expect(standIn.zipOf('describe')).toEqual(before);
    expect(await readStatus(1)).toEqual(['Active']);
    expect(standIn.zipOf('describe')).toEqual(zip);
  });

  it('a deletion too', async () => {
    await createActive();
    await client.DeleteFunction(NAMED);
    expect(await readStatus(2)).toEqual(['Deleting', 'Deleting']);
    expect(await refusalCode(client.GetFunction(NAMED))).toBe('ResourceNotFound.Function');
  });

  it('a creation may fail; then the function can only be deleted', async () => {
    standIn.settle({ to: 'CreateFailed', reads: 1, times: 1 });
    await client.CreateFunction(minimalFunction('describe'));
    expect(await readStatus(2)).toEqual(['Creating', 'CreateFailed']);
    expect((await client.GetFunction(NAMED)).StatusReasons).not.toEqual([]);
    const update = client.UpdateFunctionConfiguration({ ...NAMED, Timeout: 10 });
    expect(await refusalCode(update)).toBe('FailedOperation.UpdateFunctionConfiguration');
    await client.DeleteFunction(NAMED);
  });

  it('an update may fail; then the old code runs on, and another update mends it', async () => {
    await createActive();
    const before = standIn.zipOf('describe');
    const next = zipOf('exports.main_handler = async () => 2;');
    standIn.settle({ to: 'UpdateFailed', reads: 0, times: 1 });
    await client.UpdateFunctionCode({ ...NAMED, ZipFile: next.toString('base64') });
    expect(await readStatus(1)).toEqual(['UpdateFailed']);
    expect(standIn.zipOf('describe')).toEqual(before);
    await client.UpdateFunctionCode({ ...NAMED, ZipFile: next.toString('base64') });
    expect(await readStatus(3)).toEqual(['Updating', 'Updating', 'Active']);
    expect(standIn.zipOf('describe')).toEqual(next);
  });
});

it.each([
  [
    'UpdateFunctionCode',
    () => client.UpdateFunctionCode({ ...NAMED, ZipFile: zipOf('').toString('base64') }),
  ],
  ['UpdateFunctionConfiguration', () => client.UpdateFunctionConfiguration({ ...NAMED, Timeout: 9 })],
  ['DeleteFunction', () => client.DeleteFunction(NAMED)],
  [
    'CreateTrigger',
    () =>
      client.CreateTrigger({ ...NAMED, Type: 'timer', TriggerName: 'tick', TriggerDesc: '0 * * * * * *' }),
  ],
  [
    'FunctionStatusError',
    () => client.PutReservedConcurrencyConfig({ ...NAMED, ReservedConcurrencyMem: 128 }),
  ],
  [
    'FunctionStatusError',
    () =>
      client.UpdateFunctionEventInvokeConfig({
        ...NAMED,
        AsyncTriggerConfig: { RetryConfig: [{ RetryNum: 0 }], MsgTTL: 60 },
      }),
  ],
])('while a function is created, a change is refused: FailedOperation.%s', async (code, change) => {
  await client.CreateFunction(minimalFunction('describe'));
  expect(await refusalCode(change())).toBe(`FailedOperation.${code}`);
});

it('what was written is read back', async () => {
  const Variables = [{ Key: 'LOG_LEVEL', Value: 'info' }];
  await client.CreateFunction({
    ...minimalFunction('describe'),
    MemorySize: 256,
    Environment: { Variables },
  });
  await readStatus(3);
  await client.UpdateFunctionConfiguration({
    ...NAMED,
    Role: 'media-reader',
    Description: 'Asks, and is told.',
  });
  expect(await client.GetFunction(NAMED)).toMatchObject({
    FunctionName: 'describe',
    Handler: 'index.main_handler',
    MemorySize: 256,
    Timeout: 3,
    Environment: { Variables },
    Role: 'media-reader',
    Description: 'Asks, and is told.',
    VpcConfig: { VpcId: '', SubnetId: '' },
    Triggers: [],
  });
  const sha256 = createHash('sha256').update(zipOf('exports.main_handler = async () => 1;')).digest('hex');
  expect(await client.GetFunctionAddress(NAMED)).toMatchObject({ CodeSha256: sha256 });
  expect(await client.ListFunctions({})).toMatchObject({ TotalCount: 1 });
});

it('reserved memory and retries are read back, and have defaults', async () => {
  await createActive();
  expect((await client.GetReservedConcurrencyConfig(NAMED)).ReservedMem).toBeNull();
  await client.PutReservedConcurrencyConfig({ ...NAMED, ReservedConcurrencyMem: 512 });
  expect((await client.GetReservedConcurrencyConfig(NAMED)).ReservedMem).toBe(512);
  await client.DeleteReservedConcurrencyConfig(NAMED);
  expect((await client.GetReservedConcurrencyConfig(NAMED)).ReservedMem).toBeNull();

  const retries = async () => (await client.GetFunctionEventInvokeConfig(NAMED)).AsyncTriggerConfig;
  expect(await retries()).toEqual({ RetryConfig: [{ RetryNum: 2 }], MsgTTL: 21_600 });
  const AsyncTriggerConfig = { RetryConfig: [{ RetryNum: 0 }], MsgTTL: 60 };
  await client.UpdateFunctionEventInvokeConfig({ ...NAMED, AsyncTriggerConfig });
  expect(await retries()).toEqual(AsyncTriggerConfig);
});

describe('a function is refused', () => {
  const environment = (Key: string, Value: string) => ({ Environment: { Variables: [{ Key, Value }] } });

  it.each([
    ['a name that ends in a dash', { FunctionName: 'describe-' }, 'InvalidParameterValue.FunctionName'],
    ['a name of 61 characters', { FunctionName: 'a'.repeat(61) }, 'InvalidParameterValue.FunctionName'],
    ['a handler in a folder', { Handler: 'dist/index.main' }, 'InvalidParameterValue.Handler'],
    ['a memory between the steps', { MemorySize: 200 }, 'InvalidParameterValue.MemorySize'],
    ['more memory than there is', { MemorySize: 3200 }, 'LimitExceeded.Memory'],
    ['a longer timeout than there is', { Timeout: 901 }, 'LimitExceeded.Timeout'],
    ['a description with an apostrophe', { Description: "CI's" }, 'InvalidParameterValue.Description'],
    [
      'a variable of the platform',
      environment('SCF_X', '1'),
      'InvalidParameterValue.EnvironmentSystemProtect',
    ],
    ['an empty variable', environment('LEVEL', ''), 'InvalidParameterValue.Environment'],
    [
      'more than 4 KB of variables',
      environment('LEVEL', 'x'.repeat(4096)),
      'InvalidParameterValue.EnvironmentExceededLimit',
    ],
    ['a role that does not exist', { Role: 'nobody' }, 'ResourceNotFound.Role'],
    ['no zip', { Code: {} }, 'MissingParameter.Code'],
    [
      'code that is not base64',
      { Code: { ZipFile: '%' } },
      'InvalidParameterValue.ZipFileBase64BinasciiError',
    ],
    ['code that is no zip', { Code: { ZipFile: 'AAAA' } }, 'InvalidParameterValue.ZipFile'],
  ])('for %s', async (_, changed, code) => {
    expect(await refusalCode(client.CreateFunction({ ...minimalFunction('describe'), ...changed }))).toBe(
      code,
    );
    expect(standIn.functions()).toEqual([]);
  });

  it('when one of its name exists', async () => {
    await client.CreateFunction(minimalFunction('describe'));
    const again = client.CreateFunction(minimalFunction('describe'));
    expect(await refusalCode(again)).toBe('ResourceInUse.FunctionName');
  });

  it('for an update of more than 20 MB', async () => {
    await createActive();
    const zip = Buffer.concat([zipOf(''), Buffer.alloc(20 * MB)]);
    const update = client.UpdateFunctionCode({ ...NAMED, ZipFile: zip.toString('base64') });
    expect(await refusalCode(update)).toBe('InvalidParameterValue.LimitExceeded');
  });

  it('for another runtime', async () => {
    await createActive();
    const update = client.UpdateFunctionConfiguration({ ...NAMED, Runtime: 'Nodejs18.15' });
    expect(await refusalCode(update)).toBe('InvalidParameterValue.Runtime');
  });
});

describe('parameters are held against the model', () => {
  it.each([
    ['UnknownParameter', { Memory: 128 }],
    ['UnknownParameter', { Code: { Zip: 'AAAA' } }],
    ['InvalidParameter', { MemorySize: '128' }],
    ['InvalidParameter', { MemorySize: 128.5 }],
    ['InvalidParameter', { Environment: [] }],
  ])('%s: %j', async (code, changed) => {
    const call = client.request('CreateFunction', { ...minimalFunction('describe'), ...changed });
    expect(await refusalCode(call)).toBe(code);
  });

  it('MissingParameter', async () => {
    expect(await refusalCode(client.request('CreateFunction', {}))).toBe('MissingParameter');
  });
});
