// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of serverless.yml look like that
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { loadService } from '../../../deploy/doctor/load-service.ts';
import { stageEnvironment } from '../../../deploy/settings/stage-environment.ts';
import { VALID } from '../../worlds/valid-service.ts';

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'jobwatch-stage-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

/** A service whose function shows where its settings are from. */
const serviceIn = (stageLine: string) =>
  VALID.replace('  name: tencent\n', `  name: tencent\n${stageLine}\n`).replace(
    'CI_BUCKETS: media-1250000000@ap-guangzhou',
    'FROM: ${env:FROM}',
  );

it('settings come from the file of the stage, else from .env, and the shell wins', async () => {
  const folder = await folderWith({ '.env': 'A=plain\n', '.env.prod': "A='a\\$b'\nB=stored\nC=stored\n" });
  expect(stageEnvironment(folder, 'dev', {})).toEqual({ A: 'plain' });
  expect(stageEnvironment(folder, 'prod', { C: 'shell' })).toEqual({ A: 'a$b', B: 'stored', C: 'shell' });
});

/** What osls makes of the settings of a folder: it adds them to the environment of its process. */
function readByOsls(folder: string, stage: string, env: Readonly<Record<string, string>>): unknown {
  const script = `require(process.argv[1])(process.argv[2]); console.log(JSON.stringify(process.env))`;
  const reader = fileURLToPath(new URL('../../../node_modules/osls/lib/cli/load-dotenv.js', import.meta.url));
  return JSON.parse(
    execFileSync(process.execPath, ['-e', script, reader, stage], { cwd: folder, env, encoding: 'utf8' }),
  );
}

it('every value is the one that deploying reads, whatever it is written like', async () => {
  const folder = await folderWith({
    '.env.prod': [
      'DOLLAR=pa$s@word',
      "QUOTED='pa$s@word'",
      "ESCAPED='pa\\$s@word'",
      'COMPOSED=postgres://${SET}:$DOLLAR@${NOWHERE:-elsewhere}/x # who',
      'LINES="one\\ntwo"',
      'TICKS=`"both" \'kinds\'`',
      'export EXPORTED=yes',
      'COLON: yes',
      'EMPTY=',
      'EMPTY_IN_SHELL=stored',
      'SET=stored',
      '',
    ].join('\n'),
  });
  const env = { SET: 'shell', EMPTY_IN_SHELL: '' };
  const read = stageEnvironment(folder, 'prod', env);
  expect(read).toEqual(readByOsls(folder, 'prod', env));
  expect(read).toMatchObject({ DOLLAR: 'pa@word', ESCAPED: 'pa$s@word', SET: 'shell' });
});

it('a file that cannot be read is not passed over', async () => {
  const folder = await folderWith({ '.env': 'A=plain\n' });
  await mkdir(path.join(folder, '.env.prod'));
  expect(() => stageEnvironment(folder, 'prod', {})).toThrow('EISDIR');
});

it.each([
  ["the command line's", '  stage: staging', { stage: 'prod' }, 'prod'],
  ["the file's", '  stage: staging', {}, 'staging'],
  ["the file's, which the shell may say", "  stage: ${env:STAGE, 'dev'}", {}, 'prod'],
  ['dev', '  # none', {}, 'dev'],
])('the stage is %s', async (_, stageLine, place, stage) => {
  const folder = await folderWith({
    'serverless.yml': serviceIn(stageLine),
    '.env.prod': 'FROM=prod\n',
    '.env.staging': 'FROM=staging\n',
    '.env.dev': 'FROM=dev\n',
  });
  const { service, env } = loadService(folder, place, { STAGE: 'prod' });
  expect(service.stage).toBe(stage);
  expect(env['FROM']).toBe(stage);
  expect(service.functions[0]?.environment).toEqual({ FROM: stage });
});
