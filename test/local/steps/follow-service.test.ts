import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { StartError } from '../../../local/start-error.ts';
import { followService } from '../../../local/steps/follow-service.ts';
import { until } from '../../worlds/until.ts';

async function followed(check: () => void = () => undefined) {
  const folder = await mkdtemp(path.join(tmpdir(), 'jobwatch-follow-'));
  const file = path.join(folder, 'serverless.yml');
  await writeFile(file, 'service: one\n');
  const said: string[] = [];
  let restarts = 0;
  const stop = await followService(
    file,
    check,
    (text) => said.push(text),
    () => {
      restarts += 1;
    },
  );
  onTestFinished(async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  });
  return { file, said, restarts: () => restarts };
}

it('a change of serverless.yml starts anew, also when an editor puts a new file in its place', async () => {
  const { file, said, restarts } = await followed();
  await writeFile(`${file}.new`, 'service: two\n');
  await rename(`${file}.new`, file);
  await until(() => expect(restarts()).toBe(1));
  expect(said).toEqual(['service  serverless.yml has changed: everything is started anew']);
});

it('a serverless.yml that cannot be started is told in one sentence, and the next one is tried', async () => {
  let wrong = true;
  const { file, said, restarts } = await followed(() => {
    if (wrong) throw new StartError('serverless.yml:1: service: expected a name');
  });
  await writeFile(file, 'service:\n');
  await until(() =>
    expect(said).toEqual(['service  serverless.yml:1: service: expected a name; what runs goes on']),
  );
  expect(restarts()).toBe(0);
  wrong = false;
  await writeFile(file, 'service: three\n');
  await until(() => expect(restarts()).toBe(1));
});

it('a serverless.yml that was written without a change starts nothing', async () => {
  const { file, said, restarts } = await followed();
  await writeFile(file, 'service: one\n');
  await writeFile(file, 'service: two\n');
  await until(() => expect(restarts()).toBe(1));
  expect(said).toHaveLength(1);
});
