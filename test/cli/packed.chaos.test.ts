import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import { start, temporaryFolder, urlIn } from '../worlds/npm-start.ts';

const run = promisify(execFile);

/** What docs/cli.md shows. */
const FIVE_LINES = `
import { createApi } from 'jobwatch/client';
const api = createApi({ url: process.env.URL });
const Operation = { Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif', Width: '160' } }, Output: { Region: 'ap-guangzhou', Bucket: 'media-1250000000', Object: 'gifs/mine.gif' } };
const { body: { JobsDetail: [job] } } = await api.createJobs({ body: { Tag: 'Animation', Input: { Object: 'clips/sample.mp4' }, Operation } });
const { body } = await api.describeJobs({ path: { ids: job.JobId }, query: { wait: 20 } });
console.log(body.JobsDetail[0].State);
`;

it('the tarball of npm pack serves in an empty folder: the command line, the client, the emulator', async () => {
  const folder = await temporaryFolder();
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder]);
  const tarball = path.join(folder, stdout.trim());
  const home = path.join(folder, 'home');
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8' };
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module", "private": true }');
  // It brings all that it needs: nothing is asked of a registry.
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: folder, env });
  expect(await readdir(path.join(folder, 'node_modules'))).toEqual(
    expect.arrayContaining(['.bin', 'jobwatch']),
  );
  const url = urlIn(await start({ DATA_DIR: await temporaryFolder() }).line('ready '));
  const jobwatch = path.join(folder, 'node_modules/.bin/jobwatch');
  const listed = await run(jobwatch, ['list', '--json', '--url', url], { cwd: folder, env });
  expect(JSON.parse(listed.stdout)).toMatchObject({ Outcome: 'Success' });
  const help = await run(jobwatch, ['emulator', '--help'], { cwd: folder, env });
  expect(help.stdout).toContain('--no-ffmpeg');
  const refused = await run(jobwatch, ['emulator', '--port', '0'], { cwd: folder, env }).catch(
    (error) => error,
  );
  expect(refused.stderr).toContain('npm install sharp, or use --no-ffmpeg');
  const doctor = await run(jobwatch, ['doctor'], { cwd: folder, env }).catch((error) => error);
  expect(doctor).toMatchObject({ code: EXIT.other, stderr: expect.stringContaining('serverless.yml') });
  await writeFile(path.join(folder, 'mine.js'), FIVE_LINES);
  const mine = await run(process.execPath, ['mine.js'], { cwd: folder, env: { ...env, URL: url } });
  expect(mine.stdout).toBe('Success\n');
});
