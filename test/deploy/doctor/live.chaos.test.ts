import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { start, temporaryFolder, urlIn } from '../../worlds/npm-start.ts';

const run = promisify(execFile);
const REPORT = 'jobwatch-live.json';

type Verdicts = Readonly<Record<string, string>>;

/** What npm start runs, and `doctor --live` before it: verdicts by a word of the guess. */
async function proving(env: Readonly<Record<string, string>> = {}) {
  const started = start({ DATA_DIR: await temporaryFolder(), COMPRESS: 'on', ...env });
  const ready = await started.line('ready ');
  const url = new URL(urlIn(ready));
  const cloud = urlIn(ready.split(' at ')[1]?.split(',')[0] ?? '');
  const control = async (what: string, body: unknown) => {
    const answer = await fetch(`${cloud}/_control/${what}`, { method: 'PUT', body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
  };
  const doctor = async (...args: string[]) => {
    const given = { PATH: process.env['PATH'] ?? '', PORT: url.port, CI_PORT: new URL(cloud).port };
    const { stdout } = await run(
      process.execPath,
      ['--import', 'tsx', 'deploy/doctor/doctor.ts', '--live', '--yes', ...args],
      { env: given },
    ).catch((failed: { stdout: string }) => failed);
    const lines = [...stdout.matchAll(/^. (held|did not|not seen) +([^:]+): (.*)$/gm)];
    const verdicts: Verdicts = Object.fromEntries(lines.map(([, verdict, guess]) => [guess, verdict]));
    return { stdout, verdicts };
  };
  onTestFinished(async () => {
    await run('rm', ['-f', REPORT]);
  });
  return { started, url, cloud, control, doctor };
}

async function bucketsOf(cloud: string): Promise<unknown> {
  return await (await fetch(`${cloud}/_control/buckets`)).json();
}

/** A platform that has pages kept as files, and takes compressed bytes for text. */
async function spoiling(url: URL): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const { method, headers } = incoming;
    const asked = request(new URL(incoming.url ?? '/', url), { method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        const body = Buffer.concat(parts);
        const spoilt = answer.headers['content-encoding'] ? Buffer.from(body.toString('utf8')) : body;
        const { 'content-length': _, ...kept } = answer.headers;
        outgoing
          .writeHead(answer.statusCode ?? 0, { ...kept, 'content-disposition': 'attachment' })
          .end(spoilt);
      });
    });
    incoming.pipe(asked);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('on this machine every guess that can be seen holds, and what was made is taken away', async () => {
  const { doctor, started, cloud } = await proving();
  const { verdicts, stdout } = await doctor();
  expect(verdicts).toEqual({
    'COS tells on-object of an upload': 'held',
    'a key with a space, a plus, a percent sign and Chinese comes as it was written': 'held',
    'CI makes the image that the rule asks for': 'held',
    'CI calls back when a job has ended': expect.stringMatching(/^(held|not seen)$/),
    'the timer of recheck ticks': 'held',
    'an endpoint is told of the end': 'held',
    'the image can be fetched by its preview address, as the image that it is': 'held',
    'a browser is given the page to show, not to keep as a file': 'held',
    'compressed answers come back whole': 'held',
    'CI answers about a job that it does not know, and names it': 'held',
    'CI refuses a wrong signature with SignatureDoesNotMatch': 'held',
    'triggers of COS and Function URLs come back with their descriptions': 'not seen',
    'timers tick by the time zone that the documents say': 'not seen',
  });
  expect(stdout).toMatch(/It took \d+ requests, one upload of \d+ bytes/);
  const report = await readFile(REPORT, 'utf8');
  expect(JSON.parse(report).trials).toHaveLength(13);
  for (const secret of ['jobwatch-local', 'media-1250000000', '127.0.0.1', 'clips-to-gif'])
    expect(report).not.toContain(secret);
  // The sample and its image.
  expect(await bucketsOf(cloud)).toMatchObject({ buckets: [{ Objects: 2 }] });
  expect(started.lines.some((line) => line.includes('jobwatch.job.succeeded'))).toBe(true);
});

it('a cloud that contradicts the guesses is told of', async () => {
  const { doctor, control, url } = await proving({ LOCAL_REFUSAL: 'AccessDenied' });
  await control('faults', [
    { match: 'Callback', kind: 'drop' },
    { match: { operation: 'DescribeMediaJob', pathIncludes: 'j0000' }, status: 404, code: 'NoSuchJob' },
    { match: { operation: 'GetObject', pathIncludes: 'gifs/' }, status: 403, code: 'AccessDenied' },
  ]);
  const { verdicts } = await doctor('--url', await spoiling(url));
  expect(verdicts).toMatchObject({
    'CI makes the image that the rule asks for': 'held',
    'CI calls back when a job has ended': 'not seen',
    'the image can be fetched by its preview address, as the image that it is': 'did not',
    'a browser is given the page to show, not to keep as a file': 'did not',
    'compressed answers come back whole': 'did not',
    'CI answers about a job that it does not know, and names it': 'did not',
    'CI refuses a wrong signature with SignatureDoesNotMatch': 'did not',
  });
});

it('an event that is lost, and an endpoint that takes nothing, are seen', async () => {
  const { doctor, control } = await proving({ WEBHOOKS: '[]' });
  await control('events', { drop: 1 });
  expect((await doctor('--timeout', '5')).verdicts).toMatchObject({
    'COS tells on-object of an upload': 'did not',
    'an endpoint is told of the end': 'not seen',
  });
});

it('nothing is done without a yes', async () => {
  const folder = await temporaryFolder();
  const { doctor: _, url, cloud } = await proving();
  const asked = run(
    process.execPath,
    ['--import', 'tsx', path.resolve('deploy/doctor/doctor.ts'), '--live'],
    { env: { PATH: process.env['PATH'] ?? '', PORT: url.port, CI_PORT: new URL(cloud).port, HOME: folder } },
  );
  asked.child.stdin?.end();
  await expect(asked).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });
  expect(await bucketsOf(cloud)).toMatchObject({ buckets: [{ Objects: 2 }] });
});
