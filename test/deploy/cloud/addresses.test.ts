import { describe, expect, test as it } from 'vitest';
import { sampleService, withFunction } from '../../worlds/cloud-sample.ts';
import { account, deployed, deployer, target } from '../../worlds/deploying.ts';
import { scfClient } from '../../worlds/official-client.ts';

const CALLBACK = 'jobwatch-dev-callback';
const API = 'jobwatch-dev-api';

describe('a Function URL', () => {
  it('is not told where serverless.yml gives another address', async () => {
    const environment = { CALLBACK_URL: 'https://media.example.com' };
    const standIn = await deployed(target(withFunction(sampleService(), 'api', { environment })));
    expect(standIn.environmentOf(API)).toEqual(environment);
  });

  it('keeps its address through new code and new settings', async () => {
    const standIn = await deployed();
    const address = standIn.urlOf(CALLBACK);
    expect(address).toMatch(/^https:/);
    const service = withFunction(sampleService(), 'callback', { timeout: 60 });
    await deployer(standIn).deploy(target(service, 'callback'));
    expect(standIn.urlOf(CALLBACK)).toBe(address);
    expect(standIn.environmentOf(API)).toMatchObject({ CALLBACK_URL: address });
  });

  it('that was deleted by hand comes back, and its new address is told', async () => {
    const standIn = await deployed();
    const before = standIn.urlOf(CALLBACK);
    const [TriggerName = ''] = standIn.triggersOf(CALLBACK, 'http');
    await scfClient(standIn).DeleteTrigger({ FunctionName: CALLBACK, Type: 'http', TriggerName });
    await deployer(standIn).deploy(target());
    expect(standIn.urlOf(CALLBACK)).not.toBe(before);
    expect(standIn.environmentOf(API)).toMatchObject({ CALLBACK_URL: standIn.urlOf(CALLBACK) });
  });

  it('that is not told at once is waited for', async () => {
    const standIn = await account();
    standIn.withholdUrl(CALLBACK, 3);
    const { urls, left } = await deployer(standIn).deploy(target());
    expect(left).toEqual([]);
    expect(urls['callback']).toBe(standIn.urlOf(CALLBACK));
    expect(standIn.environmentOf(API)).toMatchObject({ CALLBACK_URL: urls['callback'] });
  });

  it('that is never told is no success, of the whole service or of its function', async () => {
    const standIn = await account();
    standIn.withholdUrl(CALLBACK, Number.POSITIVE_INFINITY);
    const left = ['callback: its Function URL is there, and its address is not told'];
    expect(await deployer(standIn).deploy(target())).toMatchObject({ left });
    expect(standIn.environmentOf(API)).toEqual({});
    expect((await deployer(standIn).plan(target())).notes).toContain(left[0]);
    expect(await deployer(standIn).deploy(target(), { only: 'callback' })).toMatchObject({ left });
    expect(await deployer(standIn).deploy(target(), { only: 'api' })).toMatchObject({ left: [] });
  });

  it('that is not told for a moment stays with those who know it', async () => {
    const standIn = await deployed();
    standIn.withholdUrl(CALLBACK, 1);
    expect(await deployer(standIn).deploy(target())).toMatchObject({ done: [], left: [] });
    expect(standIn.writes()).toEqual([]);
  });
});

it('with a custom domain nothing is written again either', async () => {
  const service = sampleService({ domain: { name: 'media.example.com', certificateId: 'cert-1' } });
  const standIn = await deployed(target(service));
  expect(await deployer(standIn).deploy(target(service))).toMatchObject({ done: [], left: [] });
  expect(standIn.writes()).toEqual([]);
});
