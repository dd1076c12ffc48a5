import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test as it, onTestFinished } from 'vitest';
import { packageFunctions } from '../../../deploy/build/package-functions.ts';
import { readService } from '../../../service/read-service.ts';
import { copyTree, SOURCES, type Tree } from '../../worlds/osls-run.ts';

const service = readService(fileURLToPath(new URL('../../../serverless.yml', import.meta.url)), {});
const names = service.functions.map(({ name }) => name);

let tree: Tree;
beforeAll(async () => {
  tree = await copyTree();
});
afterAll(async () => await tree.remove());

/** Writes a file of the copy for one test. */
async function put(name: string, text: string): Promise<void> {
  const file = path.join(tree.dir, name);
  const before = await readFile(file, 'utf8').catch(() => undefined);
  await writeFile(file, text);
  onTestFinished(async () => await (before === undefined ? rm(file) : writeFile(file, before)));
}

async function edit(part: string, replacement: string): Promise<void> {
  const text = await readFile(path.join(tree.dir, 'serverless.yml'), 'utf8');
  expect(text).toContain(part);
  await put('serverless.yml', text.replace(part, replacement));
}

it('package needs no network and no settings, prints the sizes and leaves nothing but the same zips', async () => {
  const { code, stdout, stderr } = await tree.osls(['package'], { TZ: 'Asia/Kathmandu' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const sizes = stdout.trimEnd().split('\n');
  expect(sizes.map((line) => line.split(' ')[0])).toEqual(names);
  for (const line of sizes) expect(line).toMatch(/ \d+\.\d KB zip, +\d+\.\d KB code$/);

  const folder = path.join(tree.dir, '.serverless');
  expect((await readdir(folder)).sort()).toEqual(names.map((name) => `${name}.zip`).sort());
  const outdir = path.join(tree.dir, '../here');
  for (const { file, sha256 } of await packageFunctions(service, { outdir })) {
    const made = await readFile(path.join(folder, path.basename(file)));
    expect(made.equals(await readFile(file)), `${file} ${sha256}`).toBe(true);
  }
  expect((await readdir(tree.dir)).sort()).toEqual([...SOURCES, '.serverless', 'node_modules'].sort());
});

it('print shows the file with its variables resolved, by .env of the stage, and the stage and the region of the command line', async () => {
  await put('.env.prod', 'CI_BUCKETS=clips-1250000000@ap-shanghai\n');
  await put('.env', 'CI_BUCKETS=other-1250000000@ap-guangzhou\n');
  const { code, stdout } = await tree.osls([
    'print',
    '--stage',
    'prod',
    '-r',
    'ap-shanghai',
    '--format',
    'json',
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    provider: { name: 'tencent', stage: 'prod', region: 'ap-shanghai', runtime: 'Nodejs20.19' },
    functions: {
      describe: {
        name: 'jobwatch-prod-describe',
        environment: { CI_BUCKETS: 'clips-1250000000@ap-shanghai' },
      },
    },
  });
});

it('an unknown key is refused with its line, before anything is done', async () => {
  await rm(path.join(tree.dir, '.serverless'), { recursive: true, force: true });
  await edit('timeout: 30', 'timeout: 30\n    retries: 2');
  const { code, stdout } = await tree.osls(['package']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^serverless\.yml:\d+: functions\.api\.retries: unknown; known are handler/m);
  expect(stdout).not.toMatch(/^ +at /m);
  expect(await readdir(tree.dir)).not.toContain('.serverless');
});

it('deploy names everything that is missing at once, before it packages or asks anything', async () => {
  let requests = 0;
  const server = createServer((_, answer) => {
    requests++;
    answer.end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await put('.env.prod', 'CI_BUCKETS=media-1250000000@ap-guangzhou\nAPI_AUTH=none\n');
  const { code, stdout } = await tree.osls(['deploy', '--stage', 'prod'], {
    TENCENTCLOUD_ENDPOINT: endpoint,
  });
  expect(code).toBe(1);
  expect(stdout).toContain(
    'osls deploy needs DATABASE_URL, CALLBACK_TOKEN, RULES_BUCKET, TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY:',
  );
  expect(stdout).toContain('.env.prod');
  expect(requests).toBe(0);
});

it('invoke local runs one function with an event and the environment of serverless.yml', async () => {
  const event = path.join(tmpdir(), `jobwatch-event-${process.pid}.json`);
  await writeFile(
    event,
    JSON.stringify({ httpMethod: 'GET', path: '/healthz', headers: {}, queryString: {} }),
  );
  onTestFinished(() => rm(event));
  const { code, stdout, stderr } = await tree.osls(['invoke', 'local', '-f', 'describe', '-p', event], {
    CI_BUCKETS: 'media-1250000000@ap-guangzhou',
    API_AUTH: 'none',
  });
  expect(code).toBe(0);
  const answer = JSON.parse(stdout);
  expect(answer.statusCode).toBe(200);
  expect(JSON.parse(answer.body)).toEqual({ status: 'ok' });
  expect(stderr).toContain('"path":"/healthz"');
});

it('invoke local fails as the function does, in one sentence', async () => {
  const { code, stdout } = await tree.osls(['invoke', 'local', '-f', 'describe', '-d', '{}']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/describe: UserCodeException: .*CI_BUCKETS/);
  expect(stdout).not.toMatch(/^ +at /m);
});
