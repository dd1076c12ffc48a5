import { fileURLToPath } from 'node:url';
import { expect, test as it } from 'vitest';
import { readService } from '../../service/read-service.ts';
import type { Service } from '../../service/service.ts';
import { read, readWith, refusalOf, VALID, withServiceFile } from '../worlds/valid-service.ts';

it('a service is read into plain values', () => {
  expect(read(VALID)).toEqual({
    name: 'jobwatch',
    stage: 'dev',
    region: 'ap-guangzhou',
    runtime: 'Nodejs20.19',
    required: [],
    rules: [],
    functions: [
      {
        name: 'describe',
        handler: 'index.main_handler',
        description: '',
        memorySize: 128,
        timeout: 30,
        role: 'jobwatch-dev-describe',
        environment: { CI_BUCKETS: 'media-1250000000@ap-guangzhou' },
        declared: ['CI_BUCKETS'],
        routes: [{ method: 'GET', path: '/jobs/{ids}' }],
        timers: [],
        objectTriggers: [],
        asyncTrigger: { retryNum: 2, msgTTL: 21_600 },
      },
    ],
  });
});

it("the project's own serverless.yml is valid with an empty environment", () => {
  const service = readService(fileURLToPath(new URL('../../serverless.yml', import.meta.url)), {});
  expect(service.region).toBe('ap-guangzhou');
  expect(service.functions.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['describe', 'api', 'recheck']),
  );
  for (const { environment } of service.functions) expect(environment).toEqual({});
  expect(service.functions.find(({ name }) => name === 'api')?.declared).toContain('CALLBACK_URL');
  expect(service.required).toContainEqual(['DATABASE_URL']);
  expect(service.required).toContainEqual(['API_TOKENS', 'API_AUTH']);
  expect([service.vpc, service.domain]).toEqual([undefined, undefined]);
});

/** The valid provider, with more from line 7 on. */
const provider = (more: string) => readWith('Nodejs20.19\n', `Nodejs20.19\n${more}`);
/** A `custom` from line 7 on. */
const custom = (more: string) => readWith('Nodejs20.19\n', `Nodejs20.19\ncustom:\n${more}`);

it('a function runs as the role of its own name in the cloud, or as the one that is named for all', () => {
  const roleOf = ({ functions: [fn] }: Service) => fn?.role;
  expect(roleOf(provider('  stage: prod\n'))).toBe('jobwatch-prod-describe');
  expect(roleOf(provider("  role: ''\n"))).toBe('jobwatch-dev-describe');
  expect(roleOf(provider('  role: media-jobs\n'))).toBe('media-jobs');
});

it('a network, a domain and required variables are read, and are absent when they come out empty', () => {
  const vpc = { vpcId: 'vpc-1a2b3c4d', subnetId: 'subnet-5e6f7g8h' };
  expect(provider('  vpc: { vpcId: vpc-1a2b3c4d, subnetId: subnet-5e6f7g8h }\n').vpc).toEqual(vpc);
  expect(provider("  vpc: { vpcId: '', subnetId: '' }\n").vpc).toBeUndefined();
  for (const name of ['jobs.example.com', `${'a'.repeat(63)}.${'b'.repeat(63)}.com`]) {
    const domain = { name, certificateId: 'a1B2c3D4' };
    expect(custom(`  domain: { name: ${name}, certificateId: a1B2c3D4 }\n`).domain).toEqual(domain);
  }
  expect(custom("  domain: { name: '', certificateId: '' }\n").domain).toBeUndefined();
  const { required } = custom('  required: [CI_BUCKETS, API_TOKENS or API_AUTH]\n');
  expect(required).toEqual([['CI_BUCKETS'], ['API_TOKENS', 'API_AUTH']]);
});

it('the command line says where, before the file does', () => {
  const readAs = (said: { stage?: string; region?: string }) =>
    withServiceFile(VALID, (file) => readService(file, {}, said));
  const service = readAs({ stage: 'prod', region: 'ap-shanghai' });
  expect(service).toMatchObject({ stage: 'prod', region: 'ap-shanghai' });
  expect(service.functions[0]?.role).toBe('jobwatch-prod-describe');
  expect(refusalOf(() => readAs({ region: 'Shanghai' }))).toMatchObject({
    line: 5,
    field: 'provider.region',
  });
  expect(refusalOf(() => readAs({ stage: 'my stage' }))).toMatchObject({
    field: 'provider.stage',
  });
});

it.each([
  ['stage: my_stage', 7, 'provider.stage', /letters, digits and -, got "my_stage"/],
  ['role: my role', 7, 'provider.role', /the name of a role, got "my role"/],
  [`role: ${'r'.repeat(129)}`, 7, 'provider.role', /the name of a role/],
  ['vpc: { vpcId: vpc-1, subnetId: vpc-1 }', 7, 'provider.vpc.subnetId', /subnet-1a2b3c4d, got "vpc-1"/],
  ['vpc: { vpcId: 1a2b, subnetId: subnet-1 }', 7, 'provider.vpc.vpcId', /vpc-1a2b3c4d, got "1a2b"/],
  ["vpc: { vpcId: vpc-1, subnetId: '' }", 7, 'provider.vpc', /both vpcId and subnetId, or neither/],
  ['vpc: { vpcId: vpc-1 }', 7, 'provider.vpc.subnetId', /: required, a subnet such as subnet-1a2b3c4d$/],
])('the provider with %j is refused on line %i', (text, line, field, message) => {
  const refusal = refusalOf(() => provider(`  ${text}\n`));
  expect(refusal).toMatchObject({ line, field });
  expect(refusal.message).toMatch(message);
});

it.each([
  ["domain: { name: '*.example.com', certificateId: a1 }", 'custom.domain.name', /such as jobs.example.com/],
  ['domain: { name: example, certificateId: a1 }', 'custom.domain.name', /got "example"/],
  [`domain: { name: ${'a'.repeat(64)}.example, certificateId: a1 }`, 'custom.domain.name', /got "aaa/],
  [`domain: { name: b.${'a'.repeat(64)}, certificateId: a1 }`, 'custom.domain.name', /got "b\.aaa/],
  ['domain: { name: a.example, certificateId: a b }', 'custom.domain.certificateId', /certificate/],
  ["domain: { name: a.example, certificateId: '' }", 'custom.domain', /both name and certificateId/],
  ['required: CI_BUCKETS', 'custom.required', /a list of environment variables/],
  ['required: [CI BUCKETS]', 'custom.required.0', /NAME, or NAME or OTHER/],
  ['requires: []', 'custom.requires', /: unknown; known are required, domain, rules$/],
])('%j is refused with its line', (text, field, message) => {
  const refusal = refusalOf(() => custom(`  ${text}\n`));
  expect(refusal).toMatchObject({ line: 8, field });
  expect(refusal.message).toMatch(message);
});

it('text that is no YAML is refused with its line', () => {
  expect(refusalOf(() => read('service: jobwatch\nprovider: [unclosed\n')).line).toBeGreaterThan(1);
});

it.each(['', '# nothing', 'just text', '[]'])('the file %j is refused', (text) => {
  expect(refusalOf(() => read(text)).message).toContain('expected');
});

it.each([
  'service: "jobwatch',
  'service: jobwatch\nservice: jobwatch',
  'service: *nobody',
  'provider:\n\tname: tencent',
  'provider: { name: tencent',
  'service: [a, b',
  'service: jobwatch\n  name: tencent\n wrong',
  'service: %x',
  'service: !Ref x',
  'a: &b *b',
  '---\na: 1\n---\nb: 2',
  '"\\q": 1',
])('what is wrong with the YAML of %j is told by its line, in our words', (text) => {
  const { message } = refusalOf(() => read(text));
  expect(message).toMatch(/\.yml:\d+: (\S+: )?(expected|required)/);
  expect(message).not.toMatch(
    /\n|Unresolved|Missing|Implicit|Flow|Map keys|at line|Plain value|Source contains/,
  );
});
