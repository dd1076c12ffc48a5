import { describe, expect, test as it } from 'vitest';
import { sampleService, withFunction } from '../../worlds/cloud-sample.ts';
import { account, deployed, deployer, target } from '../../worlds/deploying.ts';
import { scfClient } from '../../worlds/official-client.ts';

const SUBMIT = 'jobwatch-dev-submit';
const DESCRIBE = 'jobwatch-dev-describe';

describe('a Function URL', () => {
  it('is not told where serverless.yml gives another address', async () => {
    const environment = { SUBMIT_URL: 'https://media.example.com' };
    const standIn = await deployed(target(withFunction(sampleService(), 'describe', { environment })));
    expect(standIn.environmentOf(DESCRIBE)).toEqual(environment);
  });

  it('keeps its address through new code and new settings', async () => {
    const standIn = await deployed();
    const address = standIn.urlOf(SUBMIT);
    expect(address).toMatch(/^https:/);
    const service = withFunction(sampleService(), 'submit', { timeout: 60 });
    await deployer(standIn).deploy(target(service, 'submit'));
    expect(standIn.urlOf(SUBMIT)).toBe(address);
    expect(standIn.environmentOf(DESCRIBE)).toMatchObject({ SUBMIT_URL: address });
  });

  it('that was deleted by hand comes back, and its new address is told', async () => {
    const standIn = await deployed();
    const before = standIn.urlOf(SUBMIT);
    const [TriggerName = ''] = standIn.triggersOf(SUBMIT, 'http');
    await scfClient(standIn).DeleteTrigger({ FunctionName: SUBMIT, Type: 'http', TriggerName });
    await deployer(standIn).deploy(target());
    expect(standIn.urlOf(SUBMIT)).not.toBe(before);
    expect(standIn.environmentOf(DESCRIBE)).toMatchObject({ SUBMIT_URL: standIn.urlOf(SUBMIT) });
  });

  it('that is not told at once is waited for', async () => {
    const standIn = await account();
    standIn.withholdUrl(SUBMIT, 3);
    const { urls, left } = await deployer(standIn).deploy(target());
    expect(left).toEqual([]);
    expect(urls['submit']).toBe(standIn.urlOf(SUBMIT));
    expect(standIn.environmentOf(DESCRIBE)).toMatchObject({ SUBMIT_URL: urls['submit'] });
  });

  it('that is never told is no success, of the whole service or of its function', async () => {
    const standIn = await account();
    standIn.withholdUrl(SUBMIT, Number.POSITIVE_INFINITY);
    const left = ['submit: its Function URL is there, and its address is not told'];
    expect(await deployer(standIn).deploy(target())).toMatchObject({ left });
    expect(standIn.environmentOf(DESCRIBE)).toEqual({ LOG_LEVEL: 'info' });
    expect((await deployer(standIn).plan(target())).notes).toContain(left[0]);
    expect(await deployer(standIn).deploy(target(), { only: 'submit' })).toMatchObject({ left });
    expect(await deployer(standIn).deploy(target(), { only: 'describe' })).toMatchObject({ left: [] });
  });

  it('that is not told for a moment stays with those who know it', async () => {
    const standIn = await deployed();
    standIn.withholdUrl(SUBMIT, 1);
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
