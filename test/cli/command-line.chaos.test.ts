import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import { freePort } from '../../local/free-port.ts';
import { startJobwatch } from '../worlds/command-line.ts';
import { start, temporaryFolder, urlIn } from '../worlds/npm-start.ts';
import { until } from '../worlds/until.ts';

const run = promisify(execFile);
const TOKEN = 'a-token-for-the-command-line';
const ESCAPE = '\x1b';
const BUCKET_FOLDER = 'buckets/media-1250000000';

async function startStack(env: Readonly<Record<string, string>> = {}) {
  const dataDir = await temporaryFolder();
  const started = start({ DATA_DIR: dataDir, ...env });
  const ready = await started.line('ready ');
  const url = urlIn(ready);
  const cloud = urlIn(ready.split(' at ')[1]?.split(',')[0] ?? '');
  const jobwatch = async (args: readonly string[], more: Readonly<Record<string, string>> = {}, input = '') =>
    await startJobwatch(args, { JOBWATCH_URL: url, ...more }, input).ended;
  const control = async (method: string, what: string, body: unknown) =>
    await (await fetch(`${cloud}/_control/${what}`, { method, body: JSON.stringify(body) })).text();
  return {
    started,
    dataDir,
    url,
    cloud,
    jobwatch,
    control,
    clips: path.join(dataDir, BUCKET_FOLDER, 'clips'),
  };
}

const idIn = (text: string) => /j[0-9a-f]{32}/.exec(text)?.[0] ?? '';

it('in a pipe each verb gives its result alone, and a code that says how it went', async () => {
  const { jobwatch, control, clips } = await startStack();
  await writeFile(path.join(clips, '../broken.mp4'), 'no clip');

  const submitted = await jobwatch(['submit', 'clips/sample.mp4', '--width', '160', '--wait']);
  expect(submitted).toMatchObject({ code: EXIT.ok, stdout: expect.stringMatching(/^j[0-9a-f]{32}\n$/) });
  const good = idIn(submitted.stdout);
  const failed = await jobwatch(['submit', 'broken.mp4', '--wait']);
  expect(failed.code).toBe(EXIT.failed);
  const bad = idIn(failed.stdout);
  const unknown = 'j'.padEnd(33, '0');
  expect(await jobwatch(['describe', good])).toMatchObject({ code: EXIT.ok, stderr: '' });
  expect((await jobwatch(['describe', good, unknown])).code).toBe(EXIT.unknown);
  expect((await jobwatch(['wait', good, bad, unknown])).code).toBe(EXIT.failed);
  expect((await jobwatch(['wait', good, unknown])).code).toBe(EXIT.unknown);

  await control('PUT', 'progress', { mode: 'asks', n: 100_000 });
  const open = idIn((await jobwatch(['submit', 'clips/sample.mp4', '--width', '170'])).stdout);
  const late = await jobwatch(['wait', open, '--timeout', '1s']);
  expect(late).toMatchObject({
    code: EXIT.timeout,
    stderr: expect.stringContaining('The time is up; 1 still open'),
  });
  // The first end decides where no other is waited for.
  expect((await jobwatch(['wait', open, bad, '--fail-fast'])).code).toBe(EXIT.failed);
  expect((await jobwatch(['wait', open, good, '--any'])).code).toBe(EXIT.ok);
  // CI cancels what has not begun.
  const queued = idIn((await jobwatch(['submit', 'clips/sample.mp4', '--width', '180'])).stdout);
  expect((await jobwatch(['cancel', queued])).stdout).toBe(`${queued}: canceled.\n`);
  expect((await jobwatch(['wait', queued])).code).toBe(EXIT.canceled);

  const listed = await jobwatch(['list', '--json', '--limit', '2']);
  const lines = listed.stdout.trimEnd().split('\n');
  expect(lines.map((line) => typeof JSON.parse(line).JobId)).toEqual(['string', 'string']);
  const table = await jobwatch(['list', '--outcome', 'Failed']);
  expect(table.stdout).toContain(bad);
  expect(table.stdout).not.toContain(ESCAPE);
  expect(
    JSON.parse((await jobwatch(['retry', '--outcome', 'Failed', '--dry-run', '--json'])).stdout),
  ).toEqual({
    Id: null,
    Count: 1,
  });
  expect((await jobwatch(['retry', bad])).stdout).toContain('will be submitted again');
  for (const verb of ['overview', 'rules', 'endpoints']) {
    const { code, stdout } = await jobwatch([verb, '--json']);
    expect(code, verb).toBe(EXIT.ok);
    for (const line of stdout.trimEnd().split('\n')) JSON.parse(line);
  }
  expect((await jobwatch(['open', good])).stdout).toMatch(/^http:\S+\n$/);
  expect((await jobwatch(['rules'], { LANG: 'zh_CN.UTF-8' })).stdout).toContain('运行中');
});

it('a rule’s job and output serve for a clip that it does not catch', async () => {
  const { jobwatch, clips, dataDir } = await startStack();
  const sample = await readFile(path.join(clips, 'sample.mp4'));
  await mkdir(path.join(clips, '../else'));
  await writeFile(path.join(clips, '../else/x.mp4'), sample);
  const file = path.join(dataDir, 'mine.mp4');
  await writeFile(file, sample);
  const outputOf = async (what: string) => {
    const { stdout, code } = await jobwatch(['submit', what, '--rule', 'clips-to-gif', '--wait']);
    expect(code).toBe(EXIT.ok);
    const { JobsDetail } = JSON.parse((await jobwatch(['describe', stdout.trim(), '--json'])).stdout);
    return JobsDetail[0].Operation;
  };
  const below = await outputOf('else/x.mp4');
  expect(below.Output.Object).toBe('gifs/x.mp4.${ext}');
  expect(JSON.stringify(below.MediaInfo)).toContain('"Width":"320"');
  expect((await outputOf(file)).Output.Object).toMatch(/^gifs\/[^/]*mine\.mp4\.\$\{ext\}$/);
  const unknown = await jobwatch(['submit', 'else/x.mp4', '--rule', 'none']);
  expect(unknown).toMatchObject({ code: EXIT.usage, stderr: expect.stringContaining('clips-to-gif') });
  expect((await jobwatch(['submit', 'else/x.mp4', '--rule', 'clips-to-gif', '--width', '9'])).code).toBe(
    EXIT.usage,
  );
});

it('what lay in the bucket before its rule is counted, and then submitted, each clip once', async () => {
  const { jobwatch, control, clips } = await startStack();
  // Nobody is told of what is written: as it was before there was a rule.
  await control('PUT', 'events', { drop: 1 });
  await mkdir(path.join(clips, 'old'));
  for (const name of ['a.mp4', 'b.mp4', 'c.txt'])
    await copyFile(path.join(clips, 'sample.mp4'), path.join(clips, 'old', name));
  const args = ['backfill', '--rule', 'clips-to-gif', '--prefix', 'clips/old/'];
  const counted = await jobwatch([...args, '--dry-run']);
  expect(counted).toMatchObject({
    code: EXIT.ok,
    stdout: '3 listed, 2 caught, 0 known, 2 would be submitted.\n',
  });
  const done = await jobwatch([...args, '--json']);
  expect(done.code).toBe(EXIT.ok);
  const told = done.stdout.trimEnd().split('\n');
  expect(JSON.parse(told.at(-1) ?? '')).toMatchObject({ State: 'Ended', Caught: 2, Submitted: 2, Left: 0 });
  const again = await jobwatch(args);
  expect(again.stdout).toBe('3 listed, 2 caught, 2 known, 0 submitted, 0 left in line.\n');
  expect(await jobwatch([...args, '--cancel'])).toMatchObject({
    code: EXIT.ok,
    stdout: '',
    stderr: 'No backfill of rule clips-to-gif was under way.\n',
  });
  const listed = await jobwatch(['list', '--input', 'clips/old/', '--json']);
  expect(listed.stdout.trimEnd().split('\n')).toHaveLength(2);
  const refused = await jobwatch(['backfill', '--rule', 'nobody']);
  expect(refused).toMatchObject({ code: EXIT.other, stderr: expect.stringContaining('clips-to-gif') });
});

it('a failure is JSON where JSON is wanted, and usage is told as usage', async () => {
  const { jobwatch } = await startStack();
  const { code, stdout } = await jobwatch(['open', 'j'.padEnd(33, '0'), '--json']);
  expect(code).toBe(EXIT.other);
  expect(JSON.parse(stdout)).toMatchObject({ Error: { exit: EXIT.other, problem: { code: 'NotFound' } } });
  expect((await jobwatch(['nonsense'])).code).toBe(EXIT.usage);
  expect((await jobwatch(['wait'])).code).toBe(EXIT.usage);
  expect((await jobwatch(['retry'])).code).toBe(EXIT.usage);
  expect((await jobwatch(['list', '--timeout', 'soon'])).code).toBe(EXIT.usage);
  expect((await jobwatch(['--help'])).code).toBe(EXIT.ok);
});

it('who is not let in is told, and a token comes from the environment, a file of one’s own or stdin', async () => {
  const { jobwatch, dataDir } = await startStack({ API_TOKENS: TOKEN });
  expect((await jobwatch(['list'])).code).toBe(EXIT.noToken);
  expect((await jobwatch(['list'], { JOBWATCH_TOKEN: TOKEN })).code).toBe(EXIT.ok);
  expect((await jobwatch(['list', '--token-stdin'], {}, `${TOKEN}\n`)).code).toBe(EXIT.ok);
  const file = path.join(dataDir, 'token');
  await writeFile(file, TOKEN, { mode: 0o600 });
  expect((await jobwatch(['list', '--token-file', file])).code).toBe(EXIT.ok);
  const config = path.join(dataDir, 'jobwatch', 'config.json');
  await mkdir(path.dirname(config));
  await writeFile(config, JSON.stringify({ token: TOKEN }), { mode: 0o600 });
  expect((await jobwatch(['list'], { XDG_CONFIG_HOME: dataDir })).code).toBe(EXIT.ok);
  for (const open of [file, config]) await chmod(open, 0o644);
  for (const refused of [
    await jobwatch(['list', '--token-file', file]),
    await jobwatch(['list'], { XDG_CONFIG_HOME: dataDir }),
  ]) {
    expect(refused).toMatchObject({
      code: EXIT.usage,
      stderr: expect.stringContaining('can be read by others'),
    });
    expect(refused.stderr + refused.stdout).not.toContain(TOKEN);
  }
});

it('where nothing answers it says so after three tries, and Ctrl-C ends a wait with 130', async () => {
  const url = `http://127.0.0.1:${await freePort(0)}`;
  const alone = await startJobwatch(['list'], { JOBWATCH_URL: url }).ended;
  expect(alone).toMatchObject({
    code: EXIT.unreachable,
    stderr: `jobwatch: Nothing answers at ${url}: ECONNREFUSED.\n`,
  });
  const { url: running, jobwatch, control } = await startStack();
  await control('PUT', 'progress', { mode: 'asks', n: 100_000 });
  const id = idIn((await jobwatch(['submit', 'clips/sample.mp4', '--width', '150'])).stdout);
  const waiting = startJobwatch(['wait', id], { JOBWATCH_URL: running });
  await until(async () => expect((await fetch(`${running}/healthz`)).status).toBe(200));
  waiting.process.stdout?.once('data', () => waiting.process.kill('SIGINT'));
  const { code, stderr } = await waiting.ended;
  expect([code, stderr]).toEqual([
    EXIT.interrupted,
    'Stopped looking; what runs goes on without this command.\n',
  ]);
});

it('on a terminal there are colours and a bar; NO_COLOR leaves the colours out', async () => {
  const { jobwatch, url } = await startStack();
  const id = idIn((await jobwatch(['submit', 'clips/sample.mp4', '--width', '140'])).stdout);
  const onTerminal = async (env: Readonly<Record<string, string>>) => {
    const command = `${process.execPath} cli/jobwatch.mjs wait ${id}`;
    const options = {
      env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', TERM: 'xterm', JOBWATCH_URL: url, ...env },
    };
    return (await run('script', ['-qec', command, '/dev/null'], options)).stdout;
  };
  const coloured = await onTerminal({});
  expect(coloured).toContain('█');
  expect(coloured).toContain(`${ESCAPE}[32m✓ Success${ESCAPE}[39m`);
  expect(await onTerminal({ NO_COLOR: '1' })).not.toContain(`${ESCAPE}[32m`);
});

it('every verb serves on a terminal too, and watch leaves the screen as it was', async () => {
  const { jobwatch, url, dataDir } = await startStack();
  const id = idIn((await jobwatch(['list', '--json'])).stdout);
  const onTerminal = async (verb: string) => {
    const env = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', TERM: 'xterm', JOBWATCH_URL: url };
    const command = `${process.execPath} cli/jobwatch.mjs ${verb}`;
    const failed = (error: { code: number; stdout: string }) => error;
    return await run('script', ['-qec', command, '/dev/null'], { env }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      failed,
    );
  };
  const picture = path.join(dataDir, 'picture.gif');
  const expected: readonly (readonly [string, number, string])[] = [
    ['list --open', EXIT.ok, ''],
    ['list', EXIT.ok, id],
    [`describe ${id}`, EXIT.ok, id],
    [`describe ${id} --xml`, EXIT.ok, `<JobId>${id}</JobId>`],
    ['describe j000', EXIT.unknown, 'does not know'],
    [`wait ${id}`, EXIT.ok, '✓ Success'],
    ['submit clips/sample.mp4 --width 130 --wait', EXIT.ok, '✓ Success'],
    ['cancel j000', EXIT.unknown, 'does not know'],
    ['retry --outcome Failed --dry-run', EXIT.ok, 'Nothing'],
    [`open ${id}`, EXIT.ok, 'http'],
    [`open ${id} -o ${picture}`, EXIT.ok, picture],
    ['overview', EXIT.ok, 'Success'],
    ['rules', EXIT.ok, 'clips-to-gif'],
    ['endpoints', EXIT.ok, 'local'],
    ['list --limit none', EXIT.usage, 'expected a number'],
    ['version', EXIT.ok, '0.1.0'],
    ['help', EXIT.ok, 'submit'],
    ['emulator --help', EXIT.ok, '--no-ffmpeg'],
    ['doctor --help', EXIT.ok, '--live'],
    ['completion fish', EXIT.ok, 'jobwatch'],
  ];
  // Known from the first run of deliver on.
  await until(async () => expect((await jobwatch(['endpoints'])).stdout).toContain('local'));
  for (const [verb, code, shown] of expected) {
    const ran = await onTerminal(verb);
    expect([verb, ran.code]).toEqual([verb, code]);
    expect(ran.stdout, verb).toContain(shown);
  }
  expect((await readFile(picture)).subarray(0, 4).toString()).toBe('GIF8');
  const watched = await onTerminal('watch & sleep 3; kill -INT $!; wait $!');
  expect(watched).toMatchObject({ code: EXIT.interrupted });
  expect(watched.stdout.indexOf(`${ESCAPE}[?1049h`)).toBeLessThan(watched.stdout.indexOf(id));
  expect(watched.stdout.lastIndexOf(`${ESCAPE}[?1049l`)).toBeGreaterThan(watched.stdout.lastIndexOf(id));
});

it('a submission of which nobody knows whether CI took it has a code of its own', async () => {
  const { jobwatch, control } = await startStack();
  const lost = { match: 'CreateMediaJobs', phase: 'after', kind: 'reset', visibleAfterMs: 3_600_000 };
  await control('PUT', 'faults', [lost]);
  const { code, stderr, stdout } = await jobwatch(['submit', 'clips/sample.mp4', '--width', '144']);
  expect([code, stdout]).toEqual([EXIT.inDoubt, '']);
  expect(stderr).toMatch(/jobwatch list --intent [0-9a-f-]{36}/);
});

it('a file whose command is killed in the middle becomes one job when it is submitted again', async () => {
  const { jobwatch, url, clips, dataDir } = await startStack();
  const file = path.join(dataDir, '片 one.mp4');
  await writeFile(file, await readFile(path.join(clips, 'sample.mp4')));
  for (const phase of ['Uploading', 'Submitted']) {
    const killed = startJobwatch(['submit', file, '--wait'], { JOBWATCH_URL: url });
    await until(() => expect(killed.stderr()).toContain(phase));
    killed.process.kill('SIGKILL');
    await killed.ended;
  }
  const { code, stdout } = await jobwatch(['submit', file, '--wait']);
  expect(code).toBe(EXIT.ok);
  const listed = (await jobwatch(['list', '--input', 'uploads/', '--json'])).stdout.trimEnd().split('\n');
  expect(listed.map((line) => JSON.parse(line).JobId)).toEqual([stdout.trim()]);
});

it('who listens misses no event while everything is killed and started again, and is told none twice', async () => {
  const [port, ciPort] = [await freePort(0), await freePort(0)];
  const dataDir = await temporaryFolder();
  const env = { DATA_DIR: dataDir, PORT: String(port), CI_PORT: String(ciPort) };
  const first = start(env);
  await first.line('ready ');
  const came: { id: string; type: string }[] = [];
  const secret = `whsec_${Buffer.from('a secret of this test alone').toString('base64')}`;
  const receiver = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const event = new Webhook(secret).verify(body, request.headers as Record<string, string>) as {
      id: string;
      type: string;
    };
    came.push(event);
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  onTestFinished(() => void receiver.close());
  const address = receiver.address();
  const to = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
  const url = `http://127.0.0.1:${port}`;
  const listening = startJobwatch(['listen', '--forward-to', to, '--secret', secret], { JOBWATCH_URL: url });
  await until(() => expect(listening.stderr()).toContain('Listening'));
  const clips = path.join(dataDir, BUCKET_FOLDER, 'clips');
  const sample = await readFile(path.join(clips, 'sample.mp4'));
  await writeFile(path.join(clips, 'one.mp4'), sample);
  await until(() => expect(came.filter(({ type }) => type === 'jobwatch.job.succeeded')).toHaveLength(1));
  first.process.kill('SIGKILL');
  await first.exit;
  await writeFile(path.join(clips, 'two.mp4'), sample);
  await start(env).line('ready ');
  await until(() => expect(came.filter(({ type }) => type === 'jobwatch.job.succeeded')).toHaveLength(2));
  expect(new Set(came.map(({ id }) => id)).size).toBe(came.length);
  listening.process.kill('SIGINT');
  expect((await listening.ended).code).toBe(EXIT.interrupted);
});

it('the completion script loads in zsh', async () => {
  const { stdout } = await startJobwatch(['completion', 'zsh'], {}).ended;
  const file = path.join(await temporaryFolder(), '_jobwatch');
  await writeFile(file, stdout);
  const dump = path.join(path.dirname(file), 'dump');
  const load = `autoload -U compinit; compinit -u -d ${dump}; source ${file}; print -r -- $_comps[jobwatch]; whence -w _jobwatch`;
  const { stdout: loaded } = await run('zsh', ['-fc', load]);
  expect(loaded).toBe('_jobwatch\n_jobwatch: function\n');
});

it('the completion script loads in bash, and completes verbs', async () => {
  const { code, stdout } = await startJobwatch(['completion', 'bash'], {}).ended;
  expect(code).toBe(EXIT.ok);
  const { stdout: checked } = await run('bash', [
    '-c',
    `source /dev/stdin <<< "$1" && complete -p jobwatch`,
    'bash',
    stdout,
  ]);
  expect(checked).toContain('jobwatch');
  expect((await startJobwatch(['complete', '--', 'su'], {}).ended).stdout).toContain('submit');
});
