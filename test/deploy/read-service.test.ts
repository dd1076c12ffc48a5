// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of serverless.yml look like that
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { readService } from '../../deploy/service/read-service.ts';
import { ServiceError } from '../../deploy/service/service-error.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'jobwatch-service-'));
afterAll(() => rmSync(folder, { recursive: true }));

const VALID = `service: jobwatch
configValidationMode: error
provider:
  name: tencent
  region: ap-guangzhou
  runtime: Nodejs20.19
functions:
  describe:
    handler: index.main_handler
    memorySize: 128
    timeout: 30
    environment:
      CI_BUCKETS: media-1250000000@ap-guangzhou
    events:
      - url:
          routes:
            - GET /jobs/{ids}
`;

const URL_EVENT = `      - url:
          routes:
            - GET /jobs/{ids}
`;

/** From line 15 on, in place of the URL. */
const TIMER_EVENTS = `      - timer:
          name: every-ten-seconds
          cron: '*/10 * * * * * *'
      - timer:
          name: daily
          cron: '0 0 3 * * * *'
          enabled: false
          argument: all
`;

function read(text: string, env: Record<string, string> = {}) {
  const file = path.join(folder, 'serverless.yml');
  writeFileSync(file, text);
  return readService(file, env);
}

/** Reads the valid file with one part replaced. */
const readWith = (part: string, replacement: string, env: Record<string, string> = {}) => {
  expect(VALID).toContain(part);
  return read(VALID.replace(part, replacement), env);
};

function refusalOf(reading: () => unknown): ServiceError {
  try {
    reading();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

test('a service is read into plain values', () => {
  expect(read(VALID)).toEqual({
    name: 'jobwatch',
    region: 'ap-guangzhou',
    runtime: 'Nodejs20.19',
    rules: [],
    functions: [
      {
        name: 'describe',
        handler: 'index.main_handler',
        description: '',
        memorySize: 128,
        timeout: 30,
        environment: { CI_BUCKETS: 'media-1250000000@ap-guangzhou' },
        routes: [{ method: 'GET', path: '/jobs/{ids}' }],
        timers: [],
        objectTriggers: [],
        asyncTrigger: { retryNum: 2, msgTTL: 21_600 },
      },
    ],
  });
});

test('timers, retries and the limit of instances are read into plain values', () => {
  const [fn] = readWith(
    URL_EVENT,
    `${TIMER_EVENTS}    instances: 4\n    asyncTrigger: { retryNum: 0, msgTTL: 60 }\n`,
  ).functions;
  expect(fn).toMatchObject({
    routes: [],
    timers: [
      { name: 'every-ten-seconds', cron: '*/10 * * * * * *', enabled: true, argument: '' },
      { name: 'daily', cron: '0 0 3 * * * *', enabled: false, argument: 'all' },
    ],
    instances: 4,
    asyncTrigger: { retryNum: 0, msgTTL: 60 },
  });
});

test("the project's own serverless.yml is valid with an empty environment", () => {
  const service = readService(fileURLToPath(new URL('../../serverless.yml', import.meta.url)), {});
  expect(service.region).toBe('ap-guangzhou');
  expect(service.functions.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['describe', 'submit', 'recheck']),
  );
  for (const { environment } of service.functions) expect(environment).toEqual({});
});

const F = 'functions.describe';
test.each([
  ['memorySize: 128', 'memorySize: 100', 10, `${F}.memorySize`, /steps of 128.*got 100/],
  ['memorySize: 128', 'memorySize: 0', 10, `${F}.memorySize`, /got 0/],
  ['memorySize: 128', 'memorySize: 3200', 10, `${F}.memorySize`, /3072.*got 3200/],
  ['memorySize: 128', "memorySize: '128'", 10, `${F}.memorySize`, /a number of megabytes, got "128"/],
  ['timeout: 30', 'timeout: 0', 11, `${F}.timeout`, /from 1 to 900.*got 0/],
  ['timeout: 30', 'timeout: 901', 11, `${F}.timeout`, /got 901/],
  ['timeout: 30', 'timeout: 1.5', 11, `${F}.timeout`, /got 1\.5/],
  ['    timeout: 30\n', '', 8, `${F}.timeout`, /expected to be set/],
  ['handler: index.main_handler', 'handler: src/index.main_handler', 9, `${F}.handler`, /without a slash/],
  ['handler: index.main_handler', 'handlr: index.main_handler', 8, `${F}.handler`, /expected to be set/],
  ['timeout: 30', 'timeout: 30\n    retries: 2', 12, `${F}.retries`, /unknown keys/],
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
  ['- url:', '- http:', 15, `${F}.events.0`, /expected/],
  ['name: tencent', 'name: aws', 4, 'provider.name', /expected "tencent", got "aws"/],
  ['region: ap-guangzhou', 'region: Guangzhou', 5, 'provider.region', /such as ap-guangzhou/],
  [
    'configValidationMode: error',
    'configValidationMode: warn',
    2,
    'configValidationMode',
    /error.*got "warn"/,
  ],
  ['service: jobwatch', 'service: jobwatch\nplugin: x', 2, 'plugin', /unknown keys/],
])('%j written as %j is refused on line %i', (part, replacement, line, field, message) => {
  const refusal = refusalOf(() => readWith(part, replacement));
  expect(refusal.message).toContain(`serverless.yml:${line}: `);
  expect(refusal.message).toMatch(message);
  expect(refusal).toMatchObject({ line, field: expect.stringContaining(field) });
});

test.each([
  ["cron: '*/10 * * * * * *'", "cron: '*/10 * * * * *'", 17, 'events.0.timer.cron', /7 fields.*got "\*\/10/],
  ["cron: '0 0 3 * * * *'", "cron: '0 0 24 * * * *'", 20, 'events.1.timer.cron', /hour of 0–23.*got "0 0 24/],
  ["          cron: '0 0 3 * * * *'\n", '', 18, 'events.1.timer.cron', /expected to be set/],
  ['name: daily', 'name: 1daily', 19, 'events.1.timer.name', /a letter first/],
  ['name: daily', `name: ${'d'.repeat(61)}`, 19, 'events.1.timer.name', /1–60/],
  ['name: daily', 'name: every-ten-seconds', 14, 'events', /different names/],
  ['enabled: false', 'enabled: sometimes', 21, 'events.1.timer.enabled', /boolean, got "sometimes"/],
  ['argument: all', `argument: ${'é'.repeat(2049)}`, 22, 'events.1.timer.argument', /at most 4096 bytes/],
  ['argument: all', 'message: all', 22, 'events.1.timer.message', /unknown keys/],
  ['- timer:', '- url: { routes: [] }\n        timer:', 15, 'events.0', /one of url, timer and cos/],
])('among timers, %j written as %j is refused on line %i', (part, replacement, line, field, message) => {
  const events = TIMER_EVENTS.replace(part, replacement);
  expect(events).not.toBe(TIMER_EVENTS);
  const refusal = refusalOf(() => readWith(URL_EVENT, events));
  expect(refusal.message).toMatch(message);
  expect(refusal).toMatchObject({ line, field: `${F}.${field}` });
});

test('a function may have ten timers and not one more', () => {
  const timers = (count: number) =>
    Array.from({ length: count }, (_, n) => `      - timer: { name: t${n}, cron: '0 0 0 * * * *' }\n`).join(
      '',
    );
  expect(readWith(URL_EVENT, timers(10)).functions[0]?.timers).toHaveLength(10);
  expect(refusalOf(() => readWith(URL_EVENT, timers(11))).message).toMatch(/at most 10 timers/);
});

test.each([
  ['asyncTrigger: { retryNum: 3 }', 'asyncTrigger.retryNum', /from 0 to 2, got 3/],
  ['asyncTrigger: { retryNum: 0.5 }', 'asyncTrigger.retryNum', /got 0\.5/],
  ['asyncTrigger: { msgTTL: 59 }', 'asyncTrigger.msgTTL', /from 60 to 21600 \(seconds\), got 59/],
  ['asyncTrigger: { msgTTL: 21601 }', 'asyncTrigger.msgTTL', /got 21601/],
  ['asyncTrigger: { retries: 1 }', 'asyncTrigger.retries', /unknown keys/],
  ['instances: 0', 'instances', /from 1 on, got 0/],
  ['instances: many', 'instances', /a number of instances, got "many"/],
])('%j is refused', (text, field, message) => {
  const refusal = refusalOf(() => readWith('timeout: 30', `timeout: 30\n    ${text}`));
  expect(refusal.message).toMatch(message);
  expect(refusal).toMatchObject({ line: 12, field: `${F}.${field}` });
});

test.each([64, 128, 256, 3072])('%i MB of memory are allowed', (size) => {
  expect(readWith('memorySize: 128', `memorySize: ${size}`).functions[0]?.memorySize).toBe(size);
});

test('an environment may have 4 KB of names and values in all and not one byte more', () => {
  const entry = 'CI_BUCKETS: media-1250000000@ap-guangzhou';
  const fits = 'é'.repeat((4096 - 'SOME_NAME1'.length) / 2);
  expect(readWith(entry, `SOME_NAME1: ${fits}`).functions[0]?.environment).toEqual({ SOME_NAME1: fits });
  const refusal = refusalOf(() => readWith(entry, `SOME_NAME1: ${fits}x`));
  expect(refusal).toMatchObject({ line: 12, field: `${F}.environment` });
  expect(refusal.message).toMatch(/at most 4096 bytes.*got 4097 bytes/);
});

test('a wrong environment value is described and never shown', () => {
  const refusal = refusalOf(() => readWith('media-1250000000@ap-guangzhou', '[hush, hush]'));
  expect(refusal.message).toContain('expected string');
  expect(refusal.message).not.toContain('hush');
});

const VALUE = 'media-1250000000@ap-guangzhou';
test.each([
  ['${env:NAME}', 'set'],
  ["${env:NAME, 'other'}", 'set'],
  ["${env:UNSET, 'other'}", 'other'],
  ['${env:UNSET, "other"}', 'other'],
  ["before-${env:NAME}-${env:UNSET, 'x'}", 'before-set-x'],
])('the variable %s stands for %s', (variable, value) => {
  expect(readWith(VALUE, variable, { NAME: 'set' }).functions[0]?.environment).toEqual({ CI_BUCKETS: value });
});

test('a variable that comes out empty counts as not set and is left out', () => {
  expect(readWith(VALUE, "${env:UNSET, ''}").functions[0]?.environment).toEqual({});
  expect(readWith(VALUE, "${env:NAME, 'x'}", { NAME: '' }).functions[0]?.environment).toEqual({});
});

test('a value that looks like a variable is not resolved again', () => {
  expect(readWith(VALUE, '${env:NAME}', { NAME: '${env:OTHER}' }).functions[0]?.environment).toEqual({
    CI_BUCKETS: '${env:OTHER}',
  });
});

test.each([
  ['${env:UNSET}', /UNSET to be set, since it has no default/],
  ['${self:custom.name}', /expected \$\{env:NAME\}.*got \$\{self:custom\.name\}/],
  ['${env:NAME, other}', /got \$\{env:NAME, other\}/],
  ['${env:A${env:B}}', /expected \$\{env:NAME\}/],
  ['${env:NAME', /expected \$\{env:NAME\}/],
])('the variable %s is refused with its line', (variable, message) => {
  const refusal = refusalOf(() => readWith(VALUE, `'${variable.replaceAll("'", "''")}'`, { NAME: 'x' }));
  expect(refusal).toMatchObject({ line: 13, field: `${F}.environment.CI_BUCKETS` });
  expect(refusal.message).toMatch(message);
});

test('text that is no YAML is refused with its line', () => {
  expect(refusalOf(() => read('service: jobwatch\nprovider: [unclosed\n')).line).toBeGreaterThan(1);
});

test.each(['', '# nothing', 'just text', '[]'])('the file %j is refused', (text) => {
  expect(refusalOf(() => read(text)).message).toContain('expected');
});
