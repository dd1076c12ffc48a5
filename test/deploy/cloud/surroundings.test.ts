import { describe, expect, test as it } from 'vitest';
import { domainRoute, servesOnly } from '../../../deploy/cloud/state/custom-domain.ts';
import { sampleService } from '../../worlds/cloud-sample.ts';
import { account, deployed, deployer, target } from '../../worlds/deploying.ts';
import { minimalFunction } from '../../worlds/minimal-function.ts';
import { scfClient } from '../../worlds/official-client.ts';

const API = 'jobwatch-dev-api';

describe('a network', () => {
  const inside = target(sampleService({ vpc: { vpcId: 'vpc-1', subnetId: 'subnet-1' } }));
  const settings = (fixedAddress: string) =>
    expect.objectContaining({
      name: API,
      configuration: expect.objectContaining({
        VpcConfig: { VpcId: 'vpc-1', SubnetId: 'subnet-1' },
        PublicNetConfig: { PublicNetStatus: 'ENABLE', EipConfig: { EipStatus: fixedAddress } },
      }),
    });

  it('is joined with public access of its own, and left again', async () => {
    const standIn = await deployed();
    await deployer(standIn).deploy(inside);
    expect(standIn.state().functions).toContainEqual(settings('DISABLE'));
    const { done } = await deployer(standIn).deploy(target());
    expect(done).toContain('api: update configuration (network subnet-1 → none)');
    expect(await deployer(standIn).deploy(target())).toMatchObject({ done: [], left: [] });
  });

  it('gives public access back, and keeps a fixed address that somebody set up', async () => {
    const standIn = await deployed(inside);
    const PublicNetConfig = { PublicNetStatus: 'DISABLE', EipConfig: { EipStatus: 'ENABLE' } };
    await scfClient(standIn).UpdateFunctionConfiguration({ FunctionName: API, PublicNetConfig });
    const { done } = await deployer(standIn).deploy(inside);
    expect(done).toEqual(['api: update configuration (public network access)']);
    expect(standIn.state().functions).toContainEqual(settings('ENABLE'));
  });
});

describe('a custom domain', () => {
  const domain = { name: 'jobs.example.com', certificateId: 'cert0001' };
  const withDomain = target(sampleService({ domain }));
  const route = { Namespace: 'default', FunctionName: API, Qualifier: '$LATEST', PathMatch: '/*' };

  it('is one origin of which the functions tell each other', async () => {
    const standIn = await account();
    const { urls } = await deployer(standIn).deploy(withDomain);
    expect(urls).toEqual({
      describe: standIn.urlOf('jobwatch-dev-describe'),
      api: 'https://jobs.example.com',
      callback: 'https://jobs.example.com',
    });
    expect(standIn.environmentOf(API)).toEqual({ CALLBACK_URL: urls['callback'] });
  });

  it('is told to nobody before it is there: what a refused one would replace stays', async () => {
    const standIn = await deployed();
    const before = standIn.state();
    const own = standIn.environmentOf(API);
    const { steps, notes } = await deployer(standIn).plan(withDomain);
    expect(steps).toEqual(['domain: create jobs.example.com']);
    expect(notes).toEqual(['api: CALLBACK_URL follows with jobs.example.com']);

    standIn.faults.failAt(standIn.calls.length + 1, { code: 'FailedOperation' });
    standIn.calls.length = 0;
    await expect(deployer(standIn).deploy(withDomain)).rejects.toMatchObject({
      code: 'FailedOperation',
      action: 'CreateCustomDomain',
    });
    expect(standIn.state()).toEqual(before);
    expect((await deployer(standIn).info(withDomain)).functions.map(({ url }) => url)).toContain(
      own['CALLBACK_URL'],
    );

    const { notes: later } = await deployer(standIn).deploy(withDomain);
    expect(later).toEqual([]);
    expect(standIn.environmentOf(API)).toEqual({ CALLBACK_URL: 'https://jobs.example.com' });
  });

  it.each([
    ['over HTTP only', { Protocol: 'HTTP' }],
    ['with other routes', { EndpointsConfig: [{ ...route, PathMatch: '/elsewhere/*' }] }],
  ])('that is there %s is told to nobody before it is mended', async (_, changes) => {
    const standIn = await deployed(withDomain);
    const by = scfClient(standIn);
    await by.UpdateCustomDomain({ Domain: domain.name, ...changes });
    expect((await deployer(standIn).info(withDomain)).functions[1]?.url).toBe(standIn.urlOf(API));
    const { urls, left } = await deployer(standIn).deploy(withDomain);
    expect(left).toEqual([]);
    expect(urls['api']).toBe('https://jobs.example.com');
  });

  it('that takes the place of another is told in the same run', async () => {
    const standIn = await deployed(withDomain);
    const moved = target(sampleService({ domain: { ...domain, name: 'new.example.com' } }));
    expect(await deployer(standIn).deploy(moved)).toMatchObject({ left: [] });
    expect(standIn.environmentOf(API)).toEqual({ CALLBACK_URL: 'https://new.example.com' });
  });

  it('gets its new certificate in place', async () => {
    const standIn = await deployed(withDomain);
    const { done } = await deployer(standIn).deploy(
      target(sampleService({ domain: { ...domain, certificateId: 'cert0002' } })),
    );
    expect(done).toEqual(['domain: update jobs.example.com']);
  });

  it('goes with the service', async () => {
    const standIn = await deployed(withDomain);
    await deployer(standIn).remove(withDomain);
    expect(standIn.state()).toEqual({ functions: [], domains: [] });
  });

  it('that leads elsewhere too is neither taken over nor removed', async () => {
    const standIn = await account();
    const by = scfClient(standIn);
    await by.CreateFunction(minimalFunction('theirs'));
    const EndpointsConfig = [{ ...route, FunctionName: 'theirs' }];
    await by.CreateCustomDomain({ Domain: domain.name, Protocol: 'HTTP', EndpointsConfig });
    standIn.calls.length = 0;
    await expect(deployer(standIn).deploy(withDomain)).rejects.toMatchObject({ code: 'DomainNotOurs' });
    expect(standIn.writes()).toEqual([]);
    const { notes } = await deployer(standIn).remove(withDomain);
    expect(notes).toEqual(['jobs.example.com stays: its routes are not ours alone']);
  });

  it('is not written again because its routes are listed in another order', async () => {
    const standIn = await deployed(withDomain);
    const by = scfClient(standIn);
    const { EndpointsConfig = [] } = await by.GetCustomDomain({ Domain: domain.name });
    await by.UpdateCustomDomain({ Domain: domain.name, EndpointsConfig: EndpointsConfig.toReversed() });
    standIn.calls.length = 0;
    expect(await deployer(standIn).deploy(withDomain)).toMatchObject({ done: [], left: [] });
    expect(standIn.writes()).toEqual([]);
  });

  it('without a route is not ours', async () => {
    const standIn = await deployed();
    const by = scfClient(standIn);
    await by.CreateCustomDomain({ Domain: domain.name, Protocol: 'HTTP', EndpointsConfig: [] });
    await expect(deployer(standIn).deploy(withDomain)).rejects.toMatchObject({ code: 'DomainNotOurs' });
  });

  it('that leads to a function of the same name in another namespace is not ours', () => {
    const leadsTo = (namespace: string) =>
      servesOnly(
        { ...domain, protocol: 'HTTPS', endpoints: [domainRoute(API, '/*', [], { namespace })] },
        new Set([API]),
      );
    expect([leadsTo('default'), leadsTo('staging')]).toEqual([true, false]);
  });

  it('that serverless.yml names no more stays and is told of, and goes with the service', async () => {
    const standIn = await deployed(withDomain);
    const moved = target(sampleService({ domain: { ...domain, name: 'new.example.com' } }));
    const note = 'jobs.example.com stays: it leads to this service, and serverless.yml does not name it';
    expect((await deployer(standIn).deploy(moved)).notes).toEqual([note]);
    expect((await deployer(standIn).plan(moved)).notes).toEqual([note]);
    await deployer(standIn).remove(target());
    expect(standIn.state()).toEqual({ functions: [], domains: [] });
  });

  it('is found behind a page full of those of others, which are not told of', async () => {
    const standIn = await account();
    const by = scfClient(standIn);
    const names = Array.from({ length: 20 }, (_, n) => `their${n}.example.com`);
    for (const Domain of names) {
      await by.CreateCustomDomain({ Domain, Protocol: 'HTTP', EndpointsConfig: [] });
    }
    await deployer(standIn).deploy(withDomain);
    expect(await deployer(standIn).deploy(withDomain)).toMatchObject({ done: [], notes: [] });
    expect((await deployer(standIn).remove(withDomain)).notes).toEqual([]);
    expect(standIn.state().domains).toHaveLength(names.length);
  });
});
