import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, test as it } from 'vitest';
import { wrongSettings } from '../../../deploy/settings/wrong-settings.ts';
import { readService } from '../../../service/read-service.ts';
import { loadHandler } from '../../worlds/load-function.ts';

const FILE = fileURLToPath(new URL('../../../serverless.yml', import.meta.url));
const GOOD = {
  CI_BUCKETS: 'media-1250000000@ap-guangzhou',
  DATABASE_URL: 'postgres://somewhere/jobwatch',
  API_AUTH: 'none',
  CALLBACK_TOKEN: 'a-token-of-a-test',
  WEBHOOKS: JSON.stringify([
    {
      name: 'shop',
      url: 'https://shop.example/hook',
      secrets: [`whsec_${randomBytes(24).toString('base64')}`],
      events: ['*'],
    },
  ]),
};

const functionsWith = (changes: Readonly<Record<string, string>>) =>
  readService(FILE, { ...GOOD, ...changes }).functions;

/** The functions that stop at their first line when they are deployed so. */
async function stopping(functions: ReturnType<typeof functionsWith>): Promise<string[]> {
  const stopped: string[] = [];
  for (const { name, declared, environment } of functions) {
    const unset = Object.fromEntries(declared.map((variable) => [variable, '']));
    await loadHandler(name, { ...unset, ...environment }).catch(() => stopped.push(name));
  }
  return stopped;
}

const ALL = ['api', 'describe', 'callback', 'on-object', 'recheck', 'deliver'];
const ASKING = ALL.filter((name) => name !== 'deliver');

it.each([
  [{}, [], ''],
  [{ CI_BUCKETS: 'hush' }, ASKING, 'CI_BUCKETS: expected bucket-appid@region'],
  [{ WEBHOOKS: '[hush]' }, ['deliver'], 'WEBHOOKS: expected JSON, got text of 6 characters'],
  [{ WEBHOOKS: '[{"url":"http://hush.example"}]' }, ['deliver'], 'WEBHOOKS[0]'],
  [{ WEBHOOK_ALLOW_HOSTS: 'hush:80' }, ['deliver'], 'WEBHOOK_ALLOW_HOSTS[0]'],
  [{ DATABASE_URL: 'mysql://hush' }, ALL, 'DATABASE_URL: expected postgres://'],
  [{ RETENTION_DAYS: 'hush' }, ['recheck', 'deliver'], 'RETENTION_DAYS: expected whole days'],
])(
  'with %j %j are told before they are deployed: there they stop at their first line',
  async (changes, names, problem) => {
    const functions = functionsWith(changes);
    const wrong = wrongSettings(functions);
    expect(wrong).toEqual(
      names.length === 0 ? [] : [expect.stringContaining(`${names.join(', ')}: ${problem}`)],
    );
    expect(wrong.join()).not.toContain('hush');
    expect(await stopping(functions)).toEqual(names);
  },
);

it('without a database nothing is of use but describe', () => {
  const [problem] = wrongSettings(functionsWith({ DATABASE_URL: '' }));
  expect(problem).toBe(
    'api, callback, on-object, recheck, deliver: DATABASE_URL: required, a store for this function',
  );
});

it('what is wrong at several functions is told together', () => {
  expect(wrongSettings(functionsWith({ CI_BUCKETS: 'hush', WEBHOOKS: '{' }))).toHaveLength(2);
});
