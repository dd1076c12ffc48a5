import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../../deploy/build/bundle.ts';
import { DEPLOYER, policies } from '../../../deploy/policies/policies.ts';
import { TRUST_POLICY } from '../../../deploy/policies/trust-policy.ts';
import { readService } from '../../../service/read-service.ts';
import type { Service } from '../../../service/service.ts';

/** The client's methods, and the right that each needs under CAM's name for it. */
const RIGHTS = {
  describeJobs: 'ci:DescribeMediaJob',
  listJobs: 'ci:DescribeMediaJobs',
  createJobs: 'ci:CreateMediaJobs',
  cancelJobs: 'ci:CancelMediaJob',
  listObjects: 'cos:GetBucket',
};
/** Words of what signs addresses for others, who use the function's right by them: as they are said, not as they are explained. */
const SIGNED = { '"PreviewsOff"': 'cos:GetObject', 'x-cos-forbid-overwrite': 'cos:PutObject' };
/** What CI does with a job's objects, it does by rights that the submitter must have and pass on [doc 460/104297]. */
const OF_SUBMISSION = ['cam:PassRole', 'cos:GetObject'];
/** One policy's limit [doc 436/12469]. */
const MAX_POLICY_CHARACTERS = 4096;

const ENV = {
  CI_BUCKETS: 'media-1250000000@ap-guangzhou,archive-1250000000@ap-guangzhou',
  PREVIEWS: 'on',
  UPLOADS: 'uploads/',
};
const service = readService('serverless.yml', ENV, { stage: 'prod' });
const all = policies(service);

function actionsOf(role: string): string[] {
  return (all[role]?.statement ?? []).flatMap(({ action }) => action).sort();
}

async function readSources(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return await Promise.all(
    names.filter((name) => name.endsWith('.ts')).map((name) => readFile(path.join(folder, name), 'utf8')),
  );
}

function resourcesOf(role: string, action: string): string[] {
  return (all[role]?.statement ?? [])
    .filter((one) => one.action.includes(action))
    .flatMap(({ resource }) => resource);
}

describe('a role may do what its function does', () => {
  const names = service.functions.map(({ name }) => name);
  let outdir: string;
  beforeAll(async () => {
    outdir = await mkdtemp(path.join(tmpdir(), 'jobwatch-policies-'));
    await bundle({ names, outdir, rules: service.rules });
  });
  afterAll(() => rm(outdir, { recursive: true }));

  // In minified code the names of methods stay, and what no handler reaches is gone.
  it.each(names)('%s: the calls in its bundle, and nothing else', async (name) => {
    const code = await readFile(path.join(outdir, name, 'index.js'), 'utf8');
    const called = Object.entries(RIGHTS).flatMap(([method, right]) =>
      code.includes(`.${method}(`) ? [right] : [],
    );
    const signed = Object.entries(SIGNED).flatMap(([word, right]) => (code.includes(word) ? [right] : []));
    const expected = [...called, ...signed, ...(called.includes('ci:CreateMediaJobs') ? OF_SUBMISSION : [])];
    expect(actionsOf(`jobwatch-prod-${name}`)).toEqual([...new Set(expected)].sort());
  });
});

it('a role reaches the buckets of its environment and of the rules, and no other', () => {
  expect(resourcesOf('jobwatch-prod-describe', 'ci:DescribeMediaJob')).toEqual([
    'qcs::ci:ap-guangzhou:uid/1250000000:bucket/media-1250000000/*',
    'qcs::ci:ap-guangzhou:uid/1250000000:bucket/archive-1250000000/*',
  ]);
  expect(resourcesOf('jobwatch-prod-api', 'cos:GetObject')).toEqual([
    'qcs::cos:ap-guangzhou:uid/1250000000:media-1250000000/*',
    'qcs::cos:ap-guangzhou:uid/1250000000:archive-1250000000/*',
  ]);
});

it('only the prefixes of rules may be listed', () => {
  expect(resourcesOf('jobwatch-prod-recheck', 'cos:GetBucket')).toEqual([
    'qcs::cos:ap-guangzhou:uid/1250000000:media-1250000000/clips/*',
  ]);
  const recheck = policies({ ...service, rules: [] })['jobwatch-prod-recheck'];
  expect(JSON.stringify(recheck)).not.toContain('cos:GetBucket');
});

it('an address that describe signs reaches what rules read and write, and uploads; nothing without PREVIEWS', () => {
  const media = 'qcs::cos:ap-guangzhou:uid/1250000000:media-1250000000';
  expect(resourcesOf('jobwatch-prod-describe', 'cos:GetObject')).toEqual([
    `${media}/clips/*`,
    `${media}/gifs/*`,
    `${media}/uploads/*`,
    'qcs::cos:ap-guangzhou:uid/1250000000:archive-1250000000/uploads/*',
  ]);
  const off = policies(readService('serverless.yml', { CI_BUCKETS: ENV.CI_BUCKETS }, { stage: 'prod' }));
  expect(JSON.stringify(off['jobwatch-prod-describe'])).not.toContain('cos:');
  expect(JSON.stringify(off['jobwatch-prod-api'])).not.toContain('cos:PutObject');
});

it('api may put objects below UPLOADS, and nobody may elsewhere', () => {
  expect(resourcesOf('jobwatch-prod-api', 'cos:PutObject')).toEqual([
    'qcs::cos:ap-guangzhou:uid/1250000000:media-1250000000/uploads/*',
    'qcs::cos:ap-guangzhou:uid/1250000000:archive-1250000000/uploads/*',
  ]);
  const others = Object.entries(all).filter(([role]) => role !== 'jobwatch-prod-api');
  expect(JSON.stringify(others)).not.toContain('cos:PutObject');
});

it('only the role of CI is passed on by functions, and only their roles by the deployer', () => {
  for (const name of ['api', 'on-object', 'recheck']) {
    expect(resourcesOf(`jobwatch-prod-${name}`, 'cam:PassRole')).toEqual(['qcs::cam:::roleName/CI_QCSRole']);
  }
  const roles = Object.keys(all).filter((name) => name !== 'deployer');
  expect(resourcesOf('deployer', 'cam:PassRole')).toEqual(roles.map((name) => `qcs::cam:::roleName/${name}`));
});

it('whoever deploys may make the calls of a deployment, and no others', async () => {
  const files = await readSources('deploy/cloud');
  const calls = files.flatMap((code) => [...code.matchAll(/\bscf\.([A-Z]\w+)\(/g)].map(([, name]) => name));
  expect(calls.length).toBeGreaterThan(10);
  // The one whose right has another name [doc 598/57149].
  const needed = calls.map((name) => `scf:${name === 'Invoke' ? 'InvokeFunction' : name}`);
  const domain = { name: 'jobs.example.com', certificateId: 'a1B2c3D4' };
  const granted = policies({ ...service, domain })[DEPLOYER]?.statement.flatMap(({ action }) => action) ?? [];
  expect(granted.filter((name) => name.startsWith('scf:')).sort()).toEqual([...new Set(needed)].sort());
});

it('a function that asks nothing of the cloud has no role', async () => {
  const [first] = service.functions;
  if (first === undefined) throw new Error('no functions');
  const withDeliver: Service = { ...service, functions: [first, { ...first, name: 'deliver' }] };
  expect(Object.keys(policies(withDeliver))).toEqual(['jobwatch-prod-api', 'deployer']);
});

it('a function whose needs are not known is refused, and not given what another has', () => {
  const [first] = service.functions;
  if (first === undefined) throw new Error('no functions');
  const withOther: Service = { ...service, functions: [{ ...first, name: 'other' }] };
  expect(() => policies(withOther)).toThrow('functions.other: expected one of describe, api');
});

it('no bucket is guessed', () => {
  expect(() => policies(readService('serverless.yml', {}))).toThrow('CI_BUCKETS: required');
});

it('no action has a wildcard, and any resource stands only where CAM takes nothing else', () => {
  for (const [role, { version, statement }] of Object.entries(all)) {
    expect(version).toBe('2.0');
    for (const { effect, action, resource } of statement) {
      expect([effect, action.length > 0, resource.length > 0]).toEqual(['allow', true, true]);
      expect(action.filter((name) => !/^[a-z]+:[A-Z][A-Za-z]+$/.test(name))).toEqual([]);
      expect(resource.filter((text) => !/^qcs(:[^:]*){5}$/.test(text) && text !== '*')).toEqual([]);
      if (role !== 'deployer') expect(resource).not.toContain('*');
    }
  }
});

it('the trust policy in docs/permissions.md is the one that lets functions take a role on', async () => {
  expect(await readFile('docs/permissions.md', 'utf8')).toContain(JSON.stringify(TRUST_POLICY));
});

it('functions that share a role share its policy', () => {
  const functions = service.functions.map((own) => ({ ...own, role: own.role && 'jobwatch' }));
  const shared = policies({ ...service, functions });
  expect(Object.keys(shared)).toEqual(['jobwatch', DEPLOYER]);
  const together = shared['jobwatch']?.statement.flatMap(({ action }) => action);
  const alone = Object.keys(all).filter((role) => role !== DEPLOYER);
  expect(new Set(together)).toEqual(new Set(alone.flatMap(actionsOf)));
});

it('every policy fits into what CAM keeps', () => {
  const tooLong = Object.values(all).filter((one) => JSON.stringify(one).length > MAX_POLICY_CHARACTERS);
  expect(tooLong).toEqual([]);
});

it('every action is explained in docs/permissions.md, and no other', async () => {
  const text = await readFile('docs/permissions.md', 'utf8');
  const told = [...text.matchAll(/^\| `([a-z]+:[A-Za-z]+)` \|/gm)].map(([, action]) => action);
  const domain = { name: 'jobs.example.com', certificateId: 'a1B2c3D4' };
  const documents = Object.values(policies({ ...service, domain }));
  const granted = new Set(documents.flatMap(({ statement }) => statement.flatMap(({ action }) => action)));
  expect([...new Set(told)].sort()).toEqual([...granted].sort());
});
