import { describe, expect, test as it } from 'vitest';
import { objectTrigger, sampleFunction, sampleService, withFunction } from '../../worlds/cloud-sample.ts';
import { account, deployed, deployer, reducedTo, target } from '../../worlds/deploying.ts';
import { minimalFunction } from '../../worlds/minimal-function.ts';
import { scfClient } from '../../worlds/official-client.ts';

const API = 'jobwatch-dev-api';
const RECHECK = 'jobwatch-dev-recheck';

describe('a deployment', () => {
  it('brings an empty account to what serverless.yml says', async () => {
    const standIn = await account();
    const { urls, left } = await deployer(standIn).deploy(target());
    expect(left).toEqual([]);
    const names = ['api', 'callback', 'describe', 'on-object', 'recheck'];
    expect(standIn.functions()).toEqual(names.map((name) => `jobwatch-dev-${name}`));
    expect(urls['api']).toBe(standIn.urlOf(API));
    expect(standIn.environmentOf('jobwatch-dev-describe')).toEqual({ LOG_LEVEL: 'info' });
    expect(standIn.environmentOf(API)).toEqual({ CALLBACK_URL: urls['callback'] });
    expect(standIn.triggersOf(RECHECK, 'timer')).toEqual(['every-ten-seconds']);
    expect(standIn.triggersOf('jobwatch-dev-on-object', 'cos')).toHaveLength(2);
    expect(standIn.state().functions).toContainEqual(
      expect.objectContaining({
        name: RECHECK,
        reservedMem: 512,
        asyncConfig: { retryNum: 0, msgTTL: 60 },
        configuration: expect.objectContaining({ Role: 'jobwatch', MemorySize: 128, Timeout: 30 }),
      }),
    );
  });

  it('writes nothing when nothing has changed', async () => {
    const standIn = await deployed();
    const outputs = await deployer(standIn).deploy(target());
    expect(outputs).toMatchObject({ done: [], notes: [], left: [] });
    expect(standIn.writes()).toEqual([]);
  });

  it('touches only the function whose code has changed', async () => {
    const standIn = await deployed();
    await deployer(standIn).deploy(target(sampleService(), 'api'));
    expect(standIn.writes()).toEqual([
      `UpdateFunctionConfiguration ${API}`,
      `UpdateFunctionCode ${API}`,
      `UpdateFunctionConfiguration ${API}`,
    ]);
  });

  it('of one function touches no other', async () => {
    const standIn = await deployed();
    await deployer(standIn).deploy(target(sampleService(), 'api', 'callback'), { only: 'callback' });
    expect(new Set(standIn.calls.flatMap(({ isWrite, function: name }) => (isWrite ? name : [])))).toEqual(
      new Set(['jobwatch-dev-callback']),
    );
  });

  it('says names of the environment and none of its values', async () => {
    const standIn = await deployed();
    const environment = { DATABASE_URL: 'postgres://db.example/hidden' };
    const { done } = await deployer(standIn).deploy(
      target(withFunction(sampleService(), 'describe', { environment })),
    );
    expect(done).toEqual(['describe: update configuration (environment +DATABASE_URL -LOG_LEVEL)']);
  });

  it('does not ask again for a creation whose answer was lost', async () => {
    const standIn = await account();
    const firstCreation = 9;
    standIn.faults.failAt(firstCreation, 'drop after');
    await deployer(standIn).deploy(target());
    expect(standIn.calls[firstCreation - 1]?.action).toBe('CreateFunction');
    expect(standIn.writes().filter((write) => write.startsWith('CreateFunction'))).toHaveLength(5);
  });
});

describe('triggers', () => {
  it('of timers that have left serverless.yml only ours goes', async () => {
    const old = { name: 'old-tick', cron: '0 * * * * * *', enabled: true, argument: '' };
    const timers = [...sampleService().functions.flatMap((fn) => fn.timers), old];
    const standIn = await deployed(target(withFunction(sampleService(), 'recheck', { timers })));
    standIn.addTimerByHand(RECHECK, { name: 'by-hand', cron: '0 0 * * * * *' });
    const { done, notes } = await deployer(standIn).deploy(target());
    expect(done).toEqual(['recheck: delete timer old-tick (0 * * * * * *)']);
    expect(standIn.triggersOf(RECHECK, 'timer')).toEqual(['by-hand', 'every-ten-seconds']);
    expect(notes).toEqual(['recheck: timer by-hand (0 0 * * * * *) stays: this service did not make it']);
  });

  it('that somebody made go with a function that leaves, and a plan and the result say so', async () => {
    const standIn = await deployed();
    standIn.addTimerByHand(RECHECK, { name: 'by-hand', cron: '0 0 * * * * *' });
    const note = `${RECHECK}: timer by-hand (0 0 * * * * *) goes with the function, this service did not make it`;
    const without = target(reducedTo('describe', 'api', 'callback', 'on-object'));
    expect((await deployer(standIn).planRemoval(target())).notes).toEqual([note]);
    expect((await deployer(standIn).plan(without)).notes).toEqual([note]);
    const putBack = standIn.keep();
    expect((await deployer(standIn).deploy(without)).notes).toEqual([note]);
    putBack();
    expect((await deployer(standIn).remove(target())).notes).toEqual([note]);
    expect(standIn.functions()).toEqual([]);
  });

  it('for objects change hands though no two may catch the same', async () => {
    const standIn = await deployed();
    const objectTriggers = [objectTrigger('.mp4')];
    const { functions } = withFunction(sampleService(), 'on-object', { objectTriggers });
    const other = sampleFunction('on-film', { objectTriggers: [objectTrigger('.mov')] });
    await deployer(standIn).deploy(target(sampleService({ functions: [other, ...functions] })));
    expect(standIn.triggersOf('jobwatch-dev-on-object', 'cos')).toHaveLength(1);
    expect(standIn.triggersOf('jobwatch-dev-on-film', 'cos')).toHaveLength(1);
  });

  it('for objects go from a function that leaves to the one that takes its place', async () => {
    const standIn = await deployed();
    const functions = sampleService().functions.map((fn) =>
      fn.name === 'on-object' ? { ...fn, name: 'on-upload' } : fn,
    );
    await deployer(standIn).deploy(target(sampleService({ functions })));
    expect(standIn.functions()).not.toContain('jobwatch-dev-on-object');
    expect(standIn.triggersOf('jobwatch-dev-on-upload', 'cos')).toHaveLength(2);
  });

  it('of a URL that somebody closed are mended in place, so that its address stays', async () => {
    const standIn = await deployed();
    const url = standIn.urlOf(API);
    const closed = { AuthType: 'CAM', NetConfig: { EnableIntranet: false, EnableExtranet: true } };
    await scfClient(standIn).UpdateTrigger({
      FunctionName: API,
      TriggerName: standIn.triggersOf(API, 'http')[0] ?? '',
      Type: 'http',
      TriggerDesc: JSON.stringify(closed),
    });
    const { done } = await deployer(standIn).deploy(target());
    expect(done).toEqual(['api: update Function URL']);
    expect(standIn.urlOf(API)).toBe(url);
  });

  it('that somebody else made otherwise under our name are refused', async () => {
    const standIn = await deployed(target(withFunction(sampleService(), 'recheck', { timers: [] })));
    await scfClient(standIn).CreateTrigger({
      FunctionName: RECHECK,
      TriggerName: 'every-ten-seconds',
      Type: 'timer',
      TriggerDesc: '0 0 * * * * *',
    });
    standIn.calls.length = 0;
    await expect(deployer(standIn).deploy(target())).rejects.toMatchObject({ code: 'TriggerNotOurs' });
    expect(standIn.writes()).toEqual([]);
  });
});

describe('functions', () => {
  it('of ours that have left serverless.yml are deleted', async () => {
    const standIn = await deployed();
    const { done } = await deployer(standIn).deploy(target(reducedTo('describe', 'api', 'callback')));
    expect(done.at(-1)).toBe(`${RECHECK}: delete the function (no longer in serverless.yml)`);
    expect(standIn.functions()).toHaveLength(3);
  });

  it('of another stage are left alone, also when their names begin alike', async () => {
    const { functions } = reducedTo('callback');
    const standIn = await deployed(target(sampleService({ stage: 'dev-two', functions })));
    await deployer(standIn).deploy(target());
    expect(standIn.functions()).toHaveLength(6);
    await deployer(standIn).remove(target());
    expect(standIn.functions()).toEqual(['jobwatch-dev-two-callback']);
  });

  it('of somebody else under our name are refused before anything is written', async () => {
    const standIn = await account();
    await scfClient(standIn).CreateFunction(minimalFunction('jobwatch-dev-callback'));
    standIn.calls.length = 0;
    await expect(deployer(standIn).deploy(target())).rejects.toMatchObject({
      code: 'NotOurs',
      functionName: 'jobwatch-dev-callback',
      remedy: expect.stringContaining('Choose another stage'),
    });
    expect(standIn.writes()).toEqual([]);
  });

  it('cannot be given another runtime: that is refused before anything is written', async () => {
    const standIn = await deployed();
    const other = target(sampleService({ runtime: 'Nodejs18.15' }));
    const { refusals } = await deployer(standIn).plan(other);
    expect(refusals).toHaveLength(5);
    expect(refusals[0]).toMatchObject({
      code: 'RuntimeChanged',
      message: expect.stringContaining('Nodejs20.19'),
    });
    const error = await deployer(standIn)
      .deploy(other)
      .catch((reason: unknown) => reason);
    for (const { message } of refusals) expect(String(error)).toContain(message);
    expect(standIn.writes()).toEqual([]);
  });
});
