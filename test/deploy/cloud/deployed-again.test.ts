import { describe, expect, test as it } from 'vitest';
import { sampleService, withFunction } from '../../worlds/cloud-sample.ts';
import { account, deployed, deployer, reducedTo, target } from '../../worlds/deploying.ts';
import { minimalFunction } from '../../worlds/minimal-function.ts';
import { scfClient } from '../../worlds/official-client.ts';

const DESCRIBE = 'jobwatch-dev-describe';

describe('settings', () => {
  it('that changed are written without code', async () => {
    const standIn = await deployed();
    const environment = { LOG_LEVEL: 'debug' };
    const service = withFunction(sampleService(), 'describe', { memorySize: 256, environment });
    await deployer(standIn).deploy(target(service));
    expect(standIn.writes()).toEqual([`UpdateFunctionConfiguration ${DESCRIBE}`]);
    expect(standIn.environmentOf(DESCRIBE)).toMatchObject(environment);
  });

  it('that left serverless.yml leave the function', async () => {
    const standIn = await deployed();
    const service = withFunction(sampleService(), 'describe', { environment: {}, declared: [] });
    await deployer(standIn).deploy(target(service));
    expect(standIn.environmentOf(DESCRIBE)).toEqual({});
  });

  it('a limit of instances too', async () => {
    const functions = sampleService().functions.map(({ instances: _, ...fn }) => fn);
    const standIn = await deployed();
    await deployer(standIn).deploy(target(sampleService({ functions })));
    expect(standIn.writes()).toEqual(['DeleteReservedConcurrencyConfig jobwatch-dev-recheck']);
  });
});

it('a function of somebody else whose name begins as ours do survives a deployment and a removal', async () => {
  const standIn = await account();
  standIn.settle({ reads: 0 });
  await scfClient(standIn).CreateFunction(minimalFunction('jobwatch-dev-other'));
  await deployer(standIn).deploy(target());
  await deployer(standIn).remove(target());
  expect(standIn.functions()).toEqual(['jobwatch-dev-other']);
});

it('functions that left serverless.yml are found behind a page full of strangers', async () => {
  const standIn = await account();
  standIn.settle({ reads: 0 });
  const strangers = Array.from({ length: 21 }, (_, n) => `jobwatch-dev-stranger${n}`);
  for (const name of strangers) await scfClient(standIn).CreateFunction(minimalFunction(name));
  await deployer(standIn).deploy(target(reducedTo('describe', 'recheck')));
  await deployer(standIn).deploy(target(reducedTo('describe')));
  expect(standIn.functions()).toEqual([DESCRIBE, ...strangers].sort());
});

it('a copy of one of our functions, with our description, survives a deployment and a removal', async () => {
  const standIn = await deployed();
  standIn.settle({ reads: 0 });
  const { Description = '' } = await scfClient(standIn).GetFunction({ FunctionName: DESCRIBE });
  expect(Description).toContain('owner');
  await scfClient(standIn).CreateFunction({ ...minimalFunction(`${DESCRIBE}-copy`), Description });
  await deployer(standIn).deploy(target());
  await deployer(standIn).remove(target());
  expect(standIn.functions()).toEqual([`${DESCRIBE}-copy`]);
});

it('a plan says what the deployment then does, and writes nothing', async () => {
  const standIn = await account();
  const { steps, notes } = await deployer(standIn).plan(target());
  expect(standIn.writes()).toEqual([]);
  expect(notes.join()).toContain('CALLBACK_URL');
  const { done } = await deployer(standIn).deploy(target());
  // An address is not known before it exists: telling it to others are steps of their own.
  expect(done).toEqual([...steps, 'api: update configuration (environment +CALLBACK_URL)']);
  expect((await deployer(standIn).plan(target())).steps).toEqual([]);
});
