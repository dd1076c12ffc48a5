import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { until } from '../worlds/until.ts';

const FOLDER = 'docs/receivers';
const guide = readFileSync('docs/receiving.md', 'utf8');
const LANGUAGES = [
  { name: 'Node', file: 'receiver.mjs', fence: 'js', look: '--version', run: () => ['node', 'receiver.mjs'] },
  {
    name: 'Python',
    file: 'receiver.py',
    fence: 'python',
    look: '--version',
    run: () => ['python3', 'receiver.py'],
  },
  { name: 'Go', file: 'receiver.go', fence: 'go', look: 'version', run: () => ['go', 'run', 'receiver.go'] },
  {
    name: 'Java',
    file: 'Receiver.java',
    fence: 'java',
    look: '--version',
    run: () => ['java', 'Receiver.java'],
  },
  {
    name: 'PHP',
    file: 'receiver.php',
    fence: 'php',
    look: '--version',
    run: (port: number) => ['php', '-S', `127.0.0.1:${port}`, 'receiver.php'],
  },
] as const;

const withoutIndent = (text: string) => text.replace(/^ {4}/gm, '');

it.each(LANGUAGES)('the guide shows the part of the $name program that verifies', ({ file, fence }) => {
  const [, shown] = new RegExp(`\`\`\`${fence}\n([\\s\\S]*?)\n\`\`\``).exec(guide) ?? [];
  const text = readFileSync(`${FOLDER}/${file}`, 'utf8');
  expect(file.endsWith('.java') ? withoutIndent(text) : text).toContain(shown);
});

const isHere = ({ run, look }: (typeof LANGUAGES)[number]) => spawnSync(run(0)[0] ?? '', [look]).status === 0;
const here = LANGUAGES.filter(isHere);

it.each(here)('a receiver in $name takes each event of ours once, and nothing else', async ({ run }) => {
  const port = await freePort(0);
  const [command = '', ...args] = run(port);
  const secret = `whsec_${Buffer.from('a secret of this test alone').toString('base64')}`;
  const child: ChildProcess = spawn(command, args, {
    cwd: FOLDER,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', WEBHOOK_SECRET: secret, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on('line', (line) => lines.push(line));

  const url = `http://127.0.0.1:${port}/`;
  const webhook = new Webhook(secret);
  const eventOf = (id: string) =>
    JSON.stringify({ id, type: 'jobwatch.job.succeeded', data: { Name: '片' } });
  const send = async (id: string, change: { body?: string; at?: Date; before?: string } = {}) => {
    const { body = eventOf(id), at = new Date(), before = '' } = change;
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': `${before}${webhook.sign(id, at, eventOf(id))}`,
    };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  // It answers as soon as it has started.
  await until(async () => expect(await send('first')).toBe(204));
  expect(await send('first')).toBe(204);
  expect(await send('changed', { body: eventOf('other') })).toBe(401);
  const old = new Date(Date.now() - 6 * 60_000);
  expect(await send('old', { at: old })).toBe(401);
  expect(await send('future', { at: new Date(Date.now() + 6 * 60_000) })).toBe(401);
  const another = new Webhook(`whsec_${Buffer.from('the secret of yesterday').toString('base64')}`);
  const before = `${another.sign('second', new Date(), eventOf('second'))} `;
  expect(await send('second', { before })).toBe(204);
  expect((await fetch(url, { method: 'POST', body: eventOf('unsigned') })).status).toBe(401);
  await until(() => expect(lines.filter((line) => line.includes('jobwatch.job'))).toHaveLength(2));
  expect(lines.map((line) => line.replace(/^\[.*?\] /, ''))).toEqual(
    expect.arrayContaining(['first jobwatch.job.succeeded', 'second jobwatch.job.succeeded']),
  );
});

it('the guide says which languages were run', () => {
  expect(here.map(({ name }) => name)).toContain('Node');
  expect(guide).toContain('Go and PHP are written by the same rules and **were not run**');
});
