import { expect, test as it } from 'vitest';
import type { StandIn } from '../../../emulators/scf-api/start-scf.ts';
import type { Service } from '../../../service/service.ts';
import { sampleService } from '../../worlds/cloud-sample.ts';
import { deployed, deployer, target } from '../../worlds/deploying.ts';

/** The same service in a stage of its own, with a bucket of its own: COS gives a place to one trigger only. */
function inProd(): Service {
  const dev = sampleService();
  const functions = dev.functions.map((fn) => ({
    ...fn,
    objectTriggers: fn.objectTriggers.map((trigger) => ({ ...trigger, bucket: 'films-1250000000' })),
  }));
  return { ...dev, stage: 'prod', functions };
}

const names = sampleService().functions.map(({ name }) => name);
const namesIn = (stage: string) => names.map((name) => `jobwatch-${stage}-${name}`).sort();
const written = (account: StandIn) => new Set(account.writes().map((write) => write.split(' ')[1]));

it('a stage is deployed, deployed again and removed beside another without touching it', async () => {
  const account = await deployed();
  const alone = account.state();

  const { urls } = await deployer(account).deploy(target(inProd()));
  expect(account.functions()).toEqual([...namesIn('dev'), ...namesIn('prod')]);
  expect([...written(account)].sort()).toEqual(namesIn('prod'));
  expect(urls['callback']).toBe(account.urlOf('jobwatch-prod-callback'));
  expect(account.environmentOf('jobwatch-prod-api')['CALLBACK_URL']).toBe(urls['callback']);
  expect(account.environmentOf('jobwatch-dev-api')['CALLBACK_URL']).not.toBe(urls['callback']);

  account.calls.length = 0;
  expect((await deployer(account).deploy(target())).done).toEqual([]);
  expect((await deployer(account).deploy(target(inProd()))).done).toEqual([]);
  expect(account.writes()).toEqual([]);

  const { steps } = await deployer(account).planRemoval(target(inProd()));
  expect(steps.filter((step) => !step.startsWith('jobwatch-prod-'))).toEqual([]);
  expect(account.writes()).toEqual([]);
  await deployer(account).remove(target(inProd()));
  expect([...written(account)].sort()).toEqual(namesIn('prod'));
  expect(account.state()).toEqual(alone);
});
