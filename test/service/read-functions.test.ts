import { expect, test as it } from 'vitest';
import { readWith, refusalOf } from '../worlds/valid-service.ts';

const F = 'functions.describe';
it.each([
  ['memorySize: 128', 'memorySize: 100', 10, `${F}.memorySize`, /steps of 128.*got 100/],
  ['memorySize: 128', 'memorySize: 0', 10, `${F}.memorySize`, /got 0/],
  ['memorySize: 128', 'memorySize: 3200', 10, `${F}.memorySize`, /3072.*got 3200/],
  ['memorySize: 128', "memorySize: '128'", 10, `${F}.memorySize`, /a number of megabytes, got "128"/],
  ['timeout: 30', 'timeout: 0', 11, `${F}.timeout`, /from 1 to 900.*got 0/],
  ['timeout: 30', 'timeout: 901', 11, `${F}.timeout`, /got 901/],
  ['timeout: 30', 'timeout: 1.5', 11, `${F}.timeout`, /got 1\.5/],
  ['    timeout: 30\n', '', 8, `${F}.timeout`, /: required, a whole number from 1 to 900/],
  ['handler: index.main_handler', 'handler: src/index.main_handler', 9, `${F}.handler`, /index\.<export>/],
  ['handler: index.main_handler', 'handler: main.handler', 9, `${F}.handler`, /one index\.js/],
  ['handler: index.main_handler', 'handler: index.handler2', 9, `${F}.handler`, /got "index\.handler2"/],
  [
    'timeout: 30',
    'timeout: 30\n    description: "two\\nlines"',
    12,
    `${F}.description`,
    /letters, digits, spaces/,
  ],
  ['timeout: 30', 'timeout: 30\n    description: it’s', 12, `${F}.description`, /letters, digits, spaces/],
  [
    'handler: index.main_handler',
    'handlr: index.main_handler',
    8,
    `${F}.handler`,
    /: required, index\.<export>/,
  ],
  [
    'timeout: 30',
    'timeout: 30\n    retries: 2',
    12,
    `${F}.retries`,
    /: unknown; known are handler, description/,
  ],
  ['  describe:', '  1describe:', 8, 'functions.1describe', /2–60 letters.*got "1describe"/],
  ['  describe:', `  ${'d'.repeat(61)}:`, 8, `functions.${'d'.repeat(61)}`, /2–60 letters/],
  ['  describe:', '  describe-:', 8, 'functions.describe-', /letter or digit last/],
  ['CI_BUCKETS:', '1BUCKETS:', 13, `${F}.environment.1BUCKETS`, /a letter first/],
  ['CI_BUCKETS:', 'C:', 13, `${F}.environment.C`, /2–64 letters/],
  ['CI_BUCKETS:', 'SCF_BUCKETS:', 13, `${F}.environment.SCF_BUCKETS`, /SCF_, QCLOUD_, TENCENTCLOUD_/],
  ['CI_BUCKETS:', 'QCLOUD_X:', 13, `${F}.environment.QCLOUD_X`, /keeps for itself/],
  ['CI_BUCKETS:', 'TENCENTCLOUD_SECRETID:', 13, `${F}.environment.TENCENTCLOUD_SECRETID`, /keeps for itself/],
  ['GET /jobs/{ids}', 'FETCH /jobs', 17, `${F}.events.0.url.routes.0`, /GET, POST/],
  ['GET /jobs/{ids}', 'GET jobs', 17, `${F}.events.0.url.routes.0`, /such as GET/],
  ['- url:', '- http:', 15, `${F}.events.0.http`, /: unknown; known are url, timer, cos$/],
  ['name: tencent', 'name: aws', 4, 'provider.name', /expected tencent, got "aws"/],
  ['region: ap-guangzhou', 'region: Guangzhou', 5, 'provider.region', /such as ap-guangzhou/],
  [
    'configValidationMode: error',
    'configValidationMode: warn',
    2,
    'configValidationMode',
    /error.*got "warn"/,
  ],
  ['service: jobwatch', 'service: job_watch', 1, 'service', /letters, digits and -/],
  ['service: jobwatch', 'service: jobwatch\nplugin: x', 2, 'plugin', /: unknown; known are service, /],
  ['service: jobwatch', 'service: jobwatch\nuseDotenv: false', 2, 'useDotenv', /expected true/],
  ['- url:', '- url: { routes: [] }\n      - url:', 14, `${F}.events`, /one url with all its routes/],
  ['- url:', '- cos: rules\n      - cos: rules\n      - url:', 14, `${F}.events`, /cos: rules once/],
])('%j written as %j is refused on line %i', (part, replacement, line, field, message) => {
  const refusal = refusalOf(() => readWith(part, replacement));
  expect(refusal.message).toContain(`serverless.yml:${line}: `);
  expect(refusal.message).toMatch(message);
  expect(refusal).toMatchObject({ line, field: expect.stringContaining(field) });
});

it('service, stage and function name have 60 characters together and not one more', () => {
  const fits = 'd'.repeat(60 - 'jobwatch-dev-'.length);
  expect(readWith('  describe:', `  ${fits}:`).functions[0]?.name).toBe(fits);
  const refusal = refusalOf(() => readWith('  describe:', `  ${fits}d:`));
  expect(refusal).toMatchObject({ line: 8, field: `functions.${fits}d` });
  expect(refusal.message).toContain(
    `at most 60 characters with service and stage, got "jobwatch-dev-${fits}d"`,
  );
});

it.each([64, 128, 256, 3072])('%i MB of memory are allowed', (size) => {
  expect(readWith('memorySize: 128', `memorySize: ${size}`).functions[0]?.memorySize).toBe(size);
});

it.each([
  ['asyncTrigger: { retryNum: 3 }', 'asyncTrigger.retryNum', /from 0 to 2, got 3/],
  ['asyncTrigger: { retryNum: 0.5 }', 'asyncTrigger.retryNum', /got 0\.5/],
  ['asyncTrigger: { msgTTL: 59 }', 'asyncTrigger.msgTTL', /from 60 to 21600 \(seconds\), got 59/],
  ['asyncTrigger: { msgTTL: 21601 }', 'asyncTrigger.msgTTL', /got 21601/],
  ['asyncTrigger: { retries: 1 }', 'asyncTrigger.retries', /: unknown; known are retryNum, msgTTL$/],
  ['instances: 0', 'instances', /from 1 on, got 0/],
  ['instances: many', 'instances', /a number of instances, got "many"/],
])('%j is refused', (text, field, message) => {
  const refusal = refusalOf(() => readWith('timeout: 30', `timeout: 30\n    ${text}`));
  expect(refusal.message).toMatch(message);
  expect(refusal).toMatchObject({ line: 12, field: `${F}.${field}` });
});

it('a description leaves room for what a deployment notes there', () => {
  const described = (count: number) =>
    readWith('timeout: 30', `timeout: 30\n    description: ${'字'.repeat(count)}`);
  expect(described(850).functions[0]?.description).toHaveLength(850);
  const refusal = refusalOf(() => described(851));
  expect(refusal).toMatchObject({ line: 12, field: `${F}.description` });
  expect(refusal.message).toMatch(/at most 850 characters/);
});

/** One function in each line, from line 18 on. */
const more = (...functions: string[]) =>
  readWith(
    '- GET /jobs/{ids}\n',
    [
      '- GET /jobs/{ids}',
      ...functions.map((settings, n) => `  f${n}x: { handler: index.main_handler, ${settings} }`),
      '',
    ].join('\n'),
  );

it('there may be fifty functions and not one more', () => {
  const functions = (count: number) => Array.from({ length: count - 1 }, () => 'memorySize: 64, timeout: 3');
  expect(more(...functions(50)).functions).toHaveLength(50);
  const refusal = refusalOf(() => more(...functions(51)));
  expect(refusal).toMatchObject({ line: 67, field: 'functions.f49x' });
  expect(refusal.message).toContain('at most 50 functions');
});

it('limits of instances may take what an account lends them together, and not more', () => {
  const sized = (memorySize: number, instances: number) =>
    `memorySize: ${memorySize}, timeout: 3, instances: ${instances}`;
  expect(more(sized(128, 450), sized(256, 225), 'memorySize: 3072, timeout: 3').functions).toHaveLength(4);
  const refusal = refusalOf(() => more(sized(128, 450), sized(256, 226)));
  expect(refusal).toMatchObject({ line: 19, field: 'functions.f1x.instances' });
  expect(refusal.message).toContain('at most 115200 MB over all functions, got 115456 MB');
});
