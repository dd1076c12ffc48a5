import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { run as startProgram, urlIn } from '../worlds/npm-start.ts';
import { copyTree } from '../worlds/osls-run.ts';

/** A block that is run, unless what stands above it says that it needs the cloud. */
const BLOCK = /^(?:<!-- (needs[^>]*) -->\n)?```sh\n([\s\S]*?)^```/gm;

it('the quickstart, followed to the letter, leads to a GIF and to a deployment in the rehearsal', async () => {
  const tree = await copyTree();
  onTestFinished(tree.remove);
  // root's PostgreSQL runs as another user
  await chmod(path.dirname(tree.dir), 0o755);
  const home = path.join(path.dirname(tree.dir), 'nobody');
  await mkdir(home);
  const env: Record<string, string> = { HOME: home, LANG: 'C.UTF-8' };
  const text = await readFile(path.join(tree.dir, 'docs/quickstart.md'), 'utf8');
  const blocks = [...text.matchAll(BLOCK)].flatMap(([, needs, block = '']) =>
    needs === undefined ? [block] : [],
  );
  let commands = 0;

  for (const block of blocks) {
    commands += block
      .replace(/<<(\w+)[\s\S]*?^\1$/gm, '')
      .trim()
      .split('\n').length;
    if (block === 'npm ci\n') continue; // the copy has it
    if (block === 'npm start\n') {
      const started = startProgram('npm', ['start'], env, tree.dir);
      env['JOBWATCH_URL'] = urlIn(await started.line('ready '));
      expect(started.lines.join('\n')).toContain(
        'gif      .local/buckets/media-1250000000/gifs/sample.mp4.gif',
      );
      continue;
    }
    if (block === 'npm run rehearse\n') {
      const rehearsal = startProgram('npm', ['run', 'rehearse'], env, tree.dir);
      await rehearsal.line('export TENCENTCLOUD_SECRET_KEY');
      for (const line of rehearsal.lines) {
        const [, name = '', value = ''] = /^export (\w+)=(.*)$/.exec(line) ?? [];
        if (name !== '') env[name] = value;
      }
      continue;
    }
    for (const step of block.includes('npm run doctor') ? block.trim().split('\n') : [block]) {
      const { code, output } = await bash(step, env, tree.dir);
      // In a rehearsal the doctor misses what is not of the stand-in.
      if (step === 'npm run doctor') expect(output).toMatch(/✓/);
      else expect(code, `${step}\n${output}`).toBe(0);
    }
  }

  const gifs = path.join(tree.dir, '.local/buckets/media-1250000000/gifs');
  for (const name of ['sample.mp4.gif', 'mine.mp4.gif', 'small.gif'])
    expect((await stat(path.join(gifs, name))).size).toBeGreaterThan(0);
  const { output } = await bash('npx jobwatch list --input clips/mine.mp4 --json', env, tree.dir);
  expect(
    output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).State),
  ).toEqual(['Success', 'Success']);
  expect((await bash('npx osls info', env, tree.dir)).output).toContain('jobwatch-dev-recheck');
  expect(text).toContain(`Fifteen minutes and ${commands} commands.`);
});

async function bash(script: string, env: Readonly<Record<string, string>>, cwd: string) {
  const child = spawn('bash', ['-eu', '-c', script], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  const [code] = await once(child, 'close');
  return { code: Number(code), output };
}
