import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test as it } from 'vitest';
import { bundle } from '../../../deploy/build/bundle.ts';
import { returned, runFunctions } from '../../worlds/fixture-runtime.ts';
import { isAlive, untilGone } from '../../worlds/process-state.ts';
import { until } from '../../worlds/until.ts';

it('closing the runtime ends every instance, also one at work', async () => {
  const runtime = await runFunctions({
    pid: { source: `export const main_handler = async () => process.pid` },
    spin: { source: `console.log(process.pid); export const main_handler = async () => { for (;;); }` },
  });
  const idle = await returned<number>(runtime.invoke('pid', {}));
  const spinning = runtime.invoke('spin', {});
  await until(() => expect(runtime.log.map(({ kind }) => kind)).toContain('line'));
  const busy = runtime.log.flatMap((entry) => (entry.kind === 'line' ? [Number(entry.text)] : []));
  expect([idle, ...busy].map(isAlive)).toEqual([true, true]);
  await runtime.close();
  expect([idle, ...busy].map(isAlive)).toEqual([false, false]);
  expect(await spinning).toMatchObject({ ok: false, failure: { code: 'ProcessKilled' } });
});

it.skipIf(process.platform === 'win32')(
  'a kill -9 of the runtime takes its instances along, frozen or in an endless loop',
  async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'jobwatch-orphans-'));
    const print = 'console.log(process.pid);';
    await writeFile(path.join(root, 'frozen.ts'), `export const main_handler = async () => { ${print} }`);
    await writeFile(
      path.join(root, 'spinning.ts'),
      `export const main_handler = async () => { ${print} for (;;); }`,
    );
    await bundle({ names: ['frozen', 'spinning'], functionsDir: root, outdir: path.join(root, 'dist') });

    const script = fileURLToPath(new URL('abandoned-runtime.ts', import.meta.url));
    const parent = spawn(process.execPath, ['--import', 'tsx', script, path.join(root, 'dist')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pids: number[] = [];
    for await (const line of createInterface({ input: parent.stdout })) {
      if (pids.push(Number(line)) === 2) break;
    }
    expect(pids.map(isAlive)).toEqual([true, true]);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await untilGone(pids);
    await rm(root, { recursive: true, force: true });
  },
);
