import { expect, it } from 'vitest';
import type { Service } from '../../../service/service.ts';
import { sampleFunction, sampleService } from '../../worlds/cloud-sample.ts';
import { account, deployed, deployer, stateAfter, target } from '../../worlds/deploying.ts';
import { minimalFunction } from '../../worlds/minimal-function.ts';
import { scfClient } from '../../worlds/official-client.ts';

const SUBMIT = 'jobwatch-dev-submit';
const API = 'jobwatch-dev-api';
const NOTE = 'submit is called api now; its address goes on answering until `osls deploy --prune` removes it';

/** The service as the release before had it: `submit` where `api` is now. */
function before(changes: Partial<Service> = {}): Service {
  const { functions } = sampleService();
  return sampleService({
    functions: functions.map((fn) =>
      fn.name === 'api'
        ? sampleFunction('submit', { routes: fn.routes, declared: fn.declared, role: 'jobwatch-submit' })
        : fn,
    ),
    ...changes,
  });
}

/** An account with the release before in it, its calls forgotten. */
async function deployedBefore(changes: Partial<Service> = {}) {
  const standIn = await account({ roles: ['jobwatch', 'jobwatch-submit'] });
  await deployer(standIn).deploy(target(before(changes)));
  standIn.calls.length = 0;
  return standIn;
}

it('submit keeps its address and its role, and gets the code and settings of api', async () => {
  const standIn = await deployedBefore();
  const address = standIn.urlOf(SUBMIT);
  const { steps, notes } = await deployer(standIn).plan(target());
  expect(standIn.writes()).toEqual([]);
  expect(steps.filter((step) => /^(submit|jobwatch-dev-submit)/.test(step))).toEqual([
    expect.stringMatching(/^submit: update code .* and configuration \(description/),
  ]);
  expect(notes).toContain(NOTE);

  const result = await deployer(standIn).deploy(target());
  expect(result).toMatchObject({ notes: [NOTE], left: [] });
  expect(Object.keys(result.urls)).not.toContain('submit');
  expect(standIn.urlOf(SUBMIT)).toBe(address);
  expect(standIn.zipOf(SUBMIT)).toEqual(standIn.zipOf(API));
  expect(standIn.environmentOf(SUBMIT)).toEqual(standIn.environmentOf(API));
  const { Role } = await scfClient(standIn).GetFunction({ FunctionName: SUBMIT });
  expect(Role).toBe('jobwatch-submit');
});

it('what is kept under its former name is told among the functions that there are', async () => {
  const standIn = await deployedBefore();
  await deployer(standIn).deploy(target());
  const names = async () => (await deployer(standIn).info(target())).functions.map(({ name }) => name);
  expect(await names()).toContain('submit');
  await deployer(standIn).deploy(target(), { prune: true });
  expect(await names()).not.toContain('submit');
});

it('a second deployment finds nothing to do, and says again what is to be pruned', async () => {
  const standIn = await deployedBefore();
  await deployer(standIn).deploy(target());
  standIn.calls.length = 0;
  expect(await deployer(standIn).deploy(target())).toMatchObject({ done: [], left: [], notes: [NOTE] });
  expect(standIn.writes()).toEqual([]);
});

it('--prune removes it, and leaves what a first deployment would have made', async () => {
  const standIn = await deployedBefore();
  await deployer(standIn).deploy(target());
  const wish = { prune: true };
  const { steps, notes } = await deployer(standIn).plan(target(), wish);
  expect(steps).toContain(`${SUBMIT}: delete the function (no longer in serverless.yml)`);
  expect(notes).toEqual([]);
  expect(await deployer(standIn).deploy(target(), wish)).toMatchObject({ left: [], notes: [] });
  expect(standIn.functions()).not.toContain(SUBMIT);
  expect(await deployer(standIn).deploy(target())).toMatchObject({ done: [], notes: [] });
  const names = (state: unknown) =>
    JSON.stringify(state)
      .match(/jobwatch-dev-[a-z-]+/g)
      ?.sort();
  expect(names(standIn.state())).toEqual(names(await stateAfter(target())));
});

it('--prune at once, over the release before, works too', async () => {
  const standIn = await deployedBefore();
  await deployer(standIn).deploy(target(), { prune: true });
  expect(standIn.functions()).toContain(API);
  expect(standIn.functions()).not.toContain(SUBMIT);
});

it('a submit of somebody else is left alone, with and without --prune', async () => {
  const standIn = await deployed();
  await scfClient(standIn).CreateFunction(minimalFunction(SUBMIT));
  standIn.calls.length = 0;
  for (const wish of [{}, { prune: true }])
    expect(await deployer(standIn).deploy(target(), wish)).toMatchObject({ done: [], notes: [] });
  expect(standIn.writes()).toEqual([]);
  expect(standIn.functions()).toContain(SUBMIT);
});

it('a submit that serverless.yml has itself is no former name', async () => {
  const own = sampleService({ functions: [...sampleService().functions, sampleFunction('submit')] });
  const standIn = await deployed(target(own));
  expect(await deployer(standIn).deploy(target(own))).toMatchObject({ done: [], notes: [] });
});

it('one function alone is deployed without touching what it was called', async () => {
  const standIn = await deployedBefore();
  await deployer(standIn).deploy(target());
  standIn.calls.length = 0;
  const changed = target(sampleService(), 'api');
  expect(await deployer(standIn).deploy(changed, { only: 'api' })).toMatchObject({ notes: [] });
  expect(new Set(standIn.writes().map((write) => write.split(' ')[1]))).toEqual(new Set([API]));
});

it('remove takes it along', async () => {
  const standIn = await deployedBefore();
  await deployer(standIn).deploy(target());
  await deployer(standIn).remove(target());
  expect(standIn.state()).toEqual({ functions: [], domains: [] });
});

it('at a custom domain everything leads to api, and what led to submit goes on until it is pruned', async () => {
  const domain = { name: 'jobs.example.com', certificateId: 'cert0001' };
  const standIn = await deployedBefore({ domain });
  const by = scfClient(standIn);
  const route = (FunctionName: string, PathMatch: string, PathRewrite: object[] = []) => {
    return { Namespace: 'default', FunctionName, Qualifier: '$LATEST', PathMatch, PathRewrite };
  };
  const below = route(SUBMIT, '/submit/*', [{ Path: '/submit/*', Type: 'WildcardRules', Rewrite: '/$' }]);
  const callbacks = route('jobwatch-dev-callback', '/callbacks/*');
  // As the release before made it.
  await by.UpdateCustomDomain({
    Domain: domain.name,
    EndpointsConfig: [below, callbacks, route('jobwatch-dev-describe', '/*')] as never,
  });
  const routes = async () => (await by.GetCustomDomain({ Domain: domain.name })).EndpointsConfig;
  const withDomain = target(sampleService({ domain }));

  const { done, urls } = await deployer(standIn).deploy(withDomain);
  expect(done).toContain('domain: update jobs.example.com');
  expect(urls).toMatchObject({ api: 'https://jobs.example.com', callback: 'https://jobs.example.com' });
  expect(await routes()).toMatchObject([below, callbacks, route(API, '/*')]);
  expect(await deployer(standIn).deploy(withDomain)).toMatchObject({ done: [], notes: [NOTE] });

  standIn.calls.length = 0;
  await deployer(standIn).deploy(withDomain, { prune: true });
  expect(await routes()).toMatchObject([callbacks, route(API, '/*')]);
  // No route leads to a function that is not there any more.
  const order = standIn.writes();
  expect(order.findIndex((write) => write.startsWith('UpdateCustomDomain'))).toBeLessThan(
    order.indexOf(`DeleteFunction ${SUBMIT}`),
  );
});
