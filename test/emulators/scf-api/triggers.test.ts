import { afterEach, beforeEach, describe, expect, test as it } from 'vitest';
import { type StandIn, startScf } from '../../../emulators/scf-api/start-scf.ts';
import { minimalFunction } from '../../worlds/minimal-function.ts';
import { scfClient } from '../../worlds/official-client.ts';
import { refusalCode } from './refusal-code.ts';

let standIn: StandIn;
let client: ReturnType<typeof scfClient>;

beforeEach(async () => {
  standIn = await startScf();
  standIn.settle({ reads: 0 });
  client = scfClient(standIn);
  for (const name of ['first', 'second']) await client.CreateFunction(minimalFunction(name));
});

afterEach(async () => await standIn.close());

const HOST = 'media-1250000000.cos.ap-guangzhou.myqcloud.com';
const OPEN_URL = { AuthType: 'NONE', NetConfig: { EnableIntranet: false, EnableExtranet: true } };

const timer = (name: string, cron = '0 */5 * * * * *') => ({
  FunctionName: 'first',
  Type: 'timer',
  TriggerName: name,
  TriggerDesc: cron,
});

const url = (name: string) => ({
  FunctionName: 'first',
  Type: 'http',
  TriggerName: name,
  TriggerDesc: JSON.stringify(OPEN_URL),
});

const cos = (Prefix: string, Suffix: string, FunctionName = 'first', event = 'cos:ObjectCreated:*') => ({
  FunctionName,
  Type: 'cos',
  TriggerName: HOST,
  TriggerDesc: JSON.stringify({ event, filter: { Prefix, Suffix } }),
});

async function listed() {
  return (await client.ListTriggers({ FunctionName: 'first' })).Triggers ?? [];
}

async function addressOf(): Promise<string> {
  const [trigger] = await listed();
  return JSON.parse(trigger?.TriggerDesc ?? '{}').NetConfig.ExtranetUrl;
}

describe('a timer', () => {
  it('is read back with its cron in an object, and open as 1', async () => {
    await client.CreateTrigger({ ...timer('tick'), CustomArgument: 'hello' });
    expect(await listed()).toMatchObject([
      {
        Type: 'timer',
        TriggerName: 'tick',
        Enable: 1,
        CustomArgument: 'hello',
        TriggerDesc: '{"cron":"0 */5 * * * * *"}',
      },
    ]);
  });

  it('is changed where it is told to', async () => {
    await client.CreateTrigger({ ...timer('tick'), CustomArgument: 'hello' });
    await client.UpdateTrigger({ ...timer('tick', '0 0 * * * * *'), Enable: 'CLOSE' });
    expect(await listed()).toMatchObject([
      { Enable: 0, CustomArgument: 'hello', TriggerDesc: '{"cron":"0 0 * * * * *"}' },
    ]);
  });

  it('goes', async () => {
    await client.CreateTrigger(timer('tick'));
    await client.DeleteTrigger({ FunctionName: 'first', Type: 'timer', TriggerName: 'tick' });
    expect(await listed()).toEqual([]);
    const again = client.DeleteTrigger({ FunctionName: 'first', Type: 'timer', TriggerName: 'tick' });
    expect(await refusalCode(again)).toBe('ResourceNotFound.Trigger');
  });

  it('belongs to a version of its function', async () => {
    await client.CreateTrigger({ ...timer('tick'), Qualifier: '$DEFAULT' });
    const named = { FunctionName: 'first', Type: 'timer', TriggerName: 'tick' };
    expect(await refusalCode(client.DeleteTrigger(named))).toBe('ResourceNotFound.Trigger');
    await client.DeleteTrigger({ ...named, Qualifier: '$DEFAULT' });
  });

  it.each([
    ['five fields', timer('tick', '* * * * *'), 'InvalidParameterValue.TriggerDesc'],
    ['a space in its name', timer('a tick'), 'InvalidParameterValue.TriggerName'],
    ['another type', { ...timer('tick'), Type: 'apigw' }, 'InvalidParameterValue.Type'],
    ['another way to be open', { ...timer('tick'), Enable: '1' }, 'InvalidParameterValue.Enable'],
  ])('is refused with %s', async (_, request, code) => {
    expect(await refusalCode(client.CreateTrigger(request))).toBe(code);
  });

  it('has a name of its own at its function', async () => {
    await client.CreateTrigger(timer('tick'));
    expect(await refusalCode(client.CreateTrigger(timer('tick')))).toBe('ResourceInUse.TriggerName');
    await client.CreateTrigger({ ...timer('tick'), FunctionName: 'second' });
  });

  it('is one of ten at most', async () => {
    for (let i = 0; i < 10; i++) await client.CreateTrigger(timer(`tick-${i}`));
    expect(await refusalCode(client.CreateTrigger(timer('one-more')))).toBe('LimitExceeded.Trigger');
    expect((await client.ListTriggers({ FunctionName: 'first', Limit: 4, Offset: 8 })).Triggers).toHaveLength(
      2,
    );
  });
});

describe('a Function URL', () => {
  it('keeps its address while the trigger lives, and gets another with another trigger', async () => {
    await client.CreateTrigger(url('url'));
    const address = await addressOf();
    expect(address).toMatch(/^https:\/\/1250000000-[0-9a-f]+\.ap-guangzhou\.tencentscf\.com$/);
    await client.UpdateTrigger({ ...url('url'), Description: 'ours' });
    expect(await addressOf()).toBe(address);
    await client.DeleteTrigger({ FunctionName: 'first', Type: 'http', TriggerName: 'url' });
    await client.CreateTrigger(url('url'));
    expect(await addressOf()).not.toBe(address);
  });

  it('is the only one of its version', async () => {
    await client.CreateTrigger(url('url'));
    expect(await refusalCode(client.CreateTrigger(url('another')))).toBe('ResourceInUse.Trigger');
    await client.CreateTrigger({ ...url('another'), Qualifier: '$DEFAULT' });
  });
});

describe('a COS trigger', () => {
  it('is read back with its bucket', async () => {
    await client.CreateTrigger(cos('clips/', '.mp4'));
    const filter = { Prefix: 'clips/', Suffix: '.mp4' };
    expect(JSON.parse((await listed())[0]?.TriggerDesc ?? '')).toEqual({
      bucketUrl: HOST,
      event: 'cos:ObjectCreated:*',
      filter,
    });
  });

  it.each([
    ['the same', cos('clips/', '.mp4')],
    ['another function', cos('clips/', '.mp4', 'second')],
    ['a prefix inside', cos('clips/new/', '.mp4')],
    ['a prefix around', cos('', '.mp4', 'second')],
    ['no suffix', cos('clips/', '')],
    ['a narrower event', cos('clips/', '.mp4', 'second', 'cos:ObjectCreated:Put')],
  ])('is refused when another takes the same events: %s', async (_, request) => {
    await client.CreateTrigger(cos('clips/', '.mp4'));
    const code = await refusalCode(client.CreateTrigger(request));
    expect(code).toBe('InvalidParameterValue.CosNotifyRuleConflict');
  });

  it.each([
    ['another suffix', cos('clips/', '.mov')],
    ['another prefix', cos('films/', '.mp4', 'second')],
    ['another event', cos('clips/', '.mp4', 'first', 'cos:ObjectRemove:*')],
  ])('stands beside one of %s', async (_, request) => {
    await client.CreateTrigger(cos('clips/', '.mp4'));
    await client.CreateTrigger(request);
  });

  it.each([
    ['spaces', { TriggerDesc: '{"event": "cos:ObjectCreated:*"}' }, 'InvalidParameterValue.TriggerDesc'],
    ['a suffix without a dot', cos('', 'mp4'), 'InvalidParameterValue.TriggerDesc'],
    ['the name of a bucket alone', { TriggerName: 'media-1250000000' }, 'InvalidParameterValue.TriggerName'],
    [
      'a bucket elsewhere',
      { TriggerName: HOST.replace('guangzhou', 'shanghai') },
      'InvalidParameterValue.Cos',
    ],
    [
      'a stranger’s bucket',
      { TriggerName: HOST.replace('1250000000', '1250000001') },
      'ResourceNotFound.Cos',
    ],
  ])('is refused with %s', async (_, changed, code) => {
    expect(await refusalCode(client.CreateTrigger({ ...cos('clips/', '.mp4'), ...changed }))).toBe(code);
  });

  it('goes by its description, since all of a bucket have one name', async () => {
    await client.CreateTrigger(cos('clips/', '.mp4'));
    await client.CreateTrigger(cos('clips/', '.mov'));
    const nameless = client.DeleteTrigger({ FunctionName: 'first', Type: 'cos', TriggerName: HOST });
    expect(await refusalCode(nameless)).toBe('MissingParameter');
    await client.DeleteTrigger(cos('clips/', '.mp4'));
    expect((await listed()).map(({ TriggerDesc = '' }) => JSON.parse(TriggerDesc).filter.Suffix)).toEqual([
      '.mov',
    ]);
  });

  it('cannot be changed', async () => {
    await client.CreateTrigger(cos('clips/', '.mp4'));
    const change = client.UpdateTrigger({ ...cos('clips/', '.mp4'), Enable: 'CLOSE' });
    expect(await refusalCode(change)).toBe('UnsupportedOperation.Trigger');
  });
});

describe('a custom domain', () => {
  const domain = {
    Domain: 'media.example.com',
    Protocol: 'HTTP',
    EndpointsConfig: [
      { Namespace: 'default', FunctionName: 'first', Qualifier: '$LATEST', PathMatch: '/jobs/*' },
    ],
  };
  const named = { Domain: domain.Domain };

  it('is made, read back, changed and removed', async () => {
    await client.CreateCustomDomain(domain);
    expect(await client.GetCustomDomain(named)).toMatchObject(domain);
    expect(await refusalCode(client.CreateCustomDomain(domain))).toBe('ResourceInUse');
    await client.UpdateCustomDomain({ ...named, EndpointsConfig: [] });
    expect((await client.GetCustomDomain(named)).EndpointsConfig).toEqual([]);
    await client.DeleteCustomDomain(named);
    expect(await refusalCode(client.GetCustomDomain(named))).toBe('ResourceNotFound');
  });

  it('leads to functions that exist, by paths that the platform knows', async () => {
    const [endpoint] = domain.EndpointsConfig;
    for (const [changed, code] of [
      [{ FunctionName: 'third' }, 'ResourceNotFound.Function'],
      [{ PathMatch: '/jobs/{id}' }, 'InvalidParameterValue'],
    ] as const) {
      const EndpointsConfig = endpoint === undefined ? [] : [{ ...endpoint, ...changed }];
      expect(await refusalCode(client.CreateCustomDomain({ ...domain, EndpointsConfig }))).toBe(code);
    }
    const secure = client.CreateCustomDomain({ ...domain, Protocol: 'HTTPS' });
    expect(await refusalCode(secure)).toBe('MissingParameter');
  });
});
