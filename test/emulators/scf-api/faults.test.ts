import { CommonClient } from 'tencentcloud-sdk-nodejs-common';
import { afterEach, beforeEach, describe, expect, test as it } from 'vitest';
import { type StandIn, startScf } from '../../../emulators/scf-api/start-scf.ts';
import { minimalFunction } from '../../worlds/minimal-function.ts';
import { clientConfig, scfClient } from '../../worlds/official-client.ts';
import { refusalCode } from './refusal-code.ts';

let standIn: StandIn;
let client: ReturnType<typeof scfClient>;

beforeEach(async () => {
  standIn = await startScf({
    invoke: async (name, event) => ({ name, event }),
    roles: ['jobwatch-describe'],
  });
  client = scfClient(standIn);
});

afterEach(async () => await standIn.close());

describe('a call can be lost', () => {
  it('before it had an effect', async () => {
    standIn.faults.failAt(1, 'drop before');
    expect(await refusalCode(client.CreateFunction(minimalFunction('describe')))).toBe('no answer');
    expect(standIn.functions()).toEqual([]);
  });

  it('after it had one', async () => {
    standIn.faults.failAt(1, 'drop after');
    expect(await refusalCode(client.CreateFunction(minimalFunction('describe')))).toBe('no answer');
    expect(standIn.functions()).toEqual(['describe']);
  });

  it('or be refused, the third from now and no other', async () => {
    standIn.faults.failAt(3, { code: 'InternalError' });
    const codes: string[] = [];
    for (let i = 0; i < 4; i++) codes.push(await refusalCode(client.ListFunctions({})));
    expect(codes).toEqual(['not refused', 'not refused', 'InternalError', 'not refused']);
    expect(standIn.faults.isArmed).toBe(false);
  });
});

it('calls are counted, writes apart', async () => {
  await client.CreateFunction(minimalFunction('describe'));
  await client.GetFunction({ FunctionName: 'describe' });
  await client.ListFunctions({});
  expect(standIn.calls).toEqual([
    { action: 'CreateFunction', function: 'describe', isWrite: true },
    { action: 'GetFunction', function: 'describe', isWrite: false },
    { action: 'ListFunctions', isWrite: false },
  ]);
  expect(standIn.writes()).toEqual(['CreateFunction describe']);
});

it('two accounts that were brought to the same look the same, whatever their addresses', async () => {
  const other = await startScf();
  try {
    for (const one of [standIn, other]) {
      one.settle({ reads: 0 });
      const api = scfClient(one);
      await api.CreateFunction(minimalFunction('describe'));
      const TriggerDesc = '{"AuthType":"NONE","NetConfig":{"EnableIntranet":false,"EnableExtranet":true}}';
      await api.CreateTrigger({ FunctionName: 'describe', Type: 'http', TriggerName: 'url', TriggerDesc });
      const Variables = [{ Key: 'CALLBACK_URL', Value: one.urlOf('describe') ?? '' }];
      await api.UpdateFunctionConfiguration({ FunctionName: 'describe', Environment: { Variables } });
    }
    expect(standIn.urlOf('describe')).not.toBe(other.urlOf('describe'));
    expect(standIn.state()).toEqual(other.state());
    expect(JSON.stringify(standIn.state())).toContain('<URL of describe>');
    standIn.addTimerByHand('describe', { name: 'by-hand', cron: '0 0 0 * * * *' });
    expect(standIn.state()).not.toEqual(other.state());
  } finally {
    await other.close();
  }
});

describe('running', () => {
  beforeEach(async () => {
    standIn.settle({ reads: 0 });
    await client.CreateFunction(minimalFunction('describe'));
  });

  it('Invoke hands over the event and gives back what the function returned', async () => {
    const { Result } = await client.Invoke({ FunctionName: 'describe', ClientContext: '{"a":1}' });
    expect(JSON.parse(Result?.RetMsg ?? '')).toEqual({ name: 'describe', event: { a: 1 } });
  });

  it('logs are those of the function and the time asked for, the newest first', async () => {
    for (const minute of ['00', '01', '02'])
      standIn.addLog({ FunctionName: 'describe', StartTime: `2026-01-01 00:${minute}:00`, Log: minute });
    standIn.addLog({ FunctionName: 'submit', StartTime: '2026-01-01 00:01:00', Log: 'other' });
    const { Data = [], TotalCount } = await client.GetFunctionLogs({
      FunctionName: 'describe',
      StartTime: '2026-01-01 00:01:00',
      EndTime: '2026-01-01 00:05:00',
    });
    expect(Data.map(({ Log }) => Log)).toEqual(['02', '01']);
    expect(TotalCount).toBe(2);
  });
});

it('CAM knows the roles of the account', async () => {
  const { endpoint, ...httpProfile } = clientConfig('cam', standIn, standIn.credentials).profile.httpProfile;
  const config = { ...clientConfig('cam', standIn, standIn.credentials), profile: { httpProfile } };
  const cam = new CommonClient(endpoint, '2019-01-16', config);
  const { RoleInfo } = await cam.request('GetRole', { RoleName: 'jobwatch-describe' });
  expect(RoleInfo).toMatchObject({ RoleName: 'jobwatch-describe' });
  expect(await refusalCode(cam.request('GetRole', { RoleName: 'nobody' }))).toBe(
    'InvalidParameter.RoleNotExist',
  );
});
