import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test as it, onTestFinished } from 'vitest';
import { checkCommand } from '../../../deploy/osls/check-command.ts';
import { openDeployer } from '../../../deploy/osls/open-deployer.ts';
import type { CliOptions } from '../../../deploy/osls/osls.ts';
import { readEvent } from '../../../deploy/osls/read-event.ts';
import { sampleFunction } from '../../worlds/cloud-sample.ts';
import { reducedTo } from '../../worlds/deploying.ts';

describe('before a command does anything', () => {
  const service = {
    ...reducedTo('describe'),
    required: [['CI_BUCKETS'], ['API_TOKENS', 'API_AUTH']],
  };
  const check = (name: string, env: Record<string, string>, options: CliOptions = {}) =>
    checkCommand(name, { options, service, env });
  const keys = { TENCENTCLOUD_SECRET_ID: 'id', TENCENTCLOUD_SECRET_KEY: 'key' };
  const settings = { CI_BUCKETS: 'media-1250000000@ap-guangzhou', API_AUTH: 'none' };

  it('everything that it needs and that is not set is named at once', () => {
    expect(() => check('deploy', { CI_BUCKETS: '' })).toThrow(
      'osls deploy needs CI_BUCKETS, API_TOKENS or API_AUTH, TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY: set what is missing in the environment, or in .env.dev',
    );
    expect(() => check('info', {})).toThrow(/needs TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY:/);
    expect(() => check('policy', {})).toThrow(/osls policy needs CI_BUCKETS:/);
    for (const name of ['package', 'invoke local', 'print']) check(name, {});
  });

  it('an option that means something for AWS only is refused', () => {
    expect(() => check('deploy', keys, { force: true })).toThrow(
      /osls deploy: expected no options but .*--plan, --prune, got --force/,
    );
    check('info', keys, { stage: 'prod', region: 'ap-shanghai', conceal: null });
  });

  it.each([
    ['deploy', {}],
    ['deploy', { plan: true }],
    ['deploy function', { function: 'describe' }],
  ])('%s %j refuses functions that could not run', (name, options) => {
    expect(() => check(name, { ...keys, ...settings }, options)).toThrow(
      /^These functions could not run:\ndescribe: CI_BUCKETS: required, .*bucket.*$/,
    );
  });

  it('deploy function looks at that function alone', () => {
    const good = sampleFunction('describe', { environment: settings });
    const both = { ...service, functions: [good, sampleFunction('api')] };
    const checkBoth = (name: string, options: CliOptions) =>
      checkCommand(name, { options, service: both, env: { ...keys, ...settings } });
    checkBoth('deploy function', { function: 'describe' });
    expect(() => checkBoth('deploy', {})).toThrow(/^These functions could not run:\napi: /);
    expect(() => checkBoth('deploy function', { function: 'sweep' })).toThrow(
      'expected a function of serverless.yml (describe, api), got sweep',
    );
  });
});

describe('the address of the API', () => {
  const out = {
    log: {
      info: () => undefined,
      notice: () => undefined,
      success: () => undefined,
      warning: () => undefined,
    },
    writeText: () => undefined,
    progress: { get: () => ({ update: () => undefined, remove: () => undefined }) },
  };
  const open = (endpoint: string) => openDeployer('ap-guangzhou', { TENCENTCLOUD_ENDPOINT: endpoint }, out);

  it.each([
    'scf.tencentcloudapi.com',
    'ftp://127.0.0.1',
    'https://scf.example/path',
    'https://user@scf.example',
    // Environments with their secrets would travel in the clear.
    'http://scf.example',
    'http://127.0.0.1.example',
    'http://localhost.example:80',
    'http://10.0.0.1:8080',
  ])('%s is refused', (endpoint) => {
    expect(() => open(endpoint)).toThrow('TENCENTCLOUD_ENDPOINT: expected https://host[:port], or http://');
  });

  it.each([
    '',
    'https://scf.ap-guangzhou.tencentcloudapi.com',
    'https://scf.example:8443/',
    'http://127.0.0.1:8080',
    'http://localhost:8080',
    'http://[::1]:8080/',
  ])('%j is taken', (endpoint) => {
    expect(open(endpoint)).toHaveProperty('deploy');
  });
});

describe('the event of invoke', () => {
  it('is the JSON of --data, of the file --path, or empty', async () => {
    const file = path.join(tmpdir(), `jobwatch-event-${randomBytes(4).toString('hex')}.json`);
    await writeFile(file, '{"from":"file"}');
    onTestFinished(() => rm(file));
    expect(await readEvent({ path: file })).toEqual({ from: 'file' });
    expect(await readEvent({ data: '[1]' })).toEqual([1]);
    expect(await readEvent({})).toEqual({});
  });

  it.each([
    [{ data: '{' }, /--data: expected JSON/],
    [{ data: '{}', path: 'event.json' }, /expected --data or --path, got both/],
    [{ path: '/nowhere/event.json' }, /^--path: expected a file .*event\.json \(ENOENT\)$/],
  ])('%j is refused', async (options, message) => {
    await expect(readEvent(options)).rejects.toThrow(message);
  });
});
