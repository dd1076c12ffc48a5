import { expect, test as it } from 'vitest';
import { FAILURE_STATUS } from '../../../emulators/scf/failures.ts';
import { returned, runFunctions } from '../../worlds/fixture-runtime.ts';

const MISBEHAVING = `
  export const main_handler = async ({ how }: { how: string }) => {
    if (how === 'throw') throw new RangeError('out of reach');
    if (how === 'spin') for (;;);
    if (how === 'never') return new Promise(() => setInterval(() => undefined, 1000));
    if (how === 'exit') process.exit(3);
    if (how === 'crash') { setImmediate(() => { throw new Error('nobody caught me'); }); return new Promise(() => undefined); }
    if (how === 'circle') { const circle: Record<string, unknown> = {}; circle.self = circle; return circle; }
    return process.pid;
  };
`;

it('a thrown error fails its event, with name and message, and the instance lives on', async () => {
  const runtime = await runFunctions({ bad: { source: MISBEHAVING } });
  const pid = await returned(runtime.invoke('bad', {}));
  expect(await runtime.invoke('bad', { how: 'throw' })).toMatchObject({
    ok: false,
    failure: {
      code: 'UserCodeException',
      message: 'RangeError: out of reach',
      stack: expect.stringContaining('index.js'),
    },
  });
  expect(await returned(runtime.invoke('bad', {}))).toBe(pid);
});

it.each(['spin', 'never'])(
  'a function that does not end (%s) is killed at its timeout and the next event is served',
  async (how) => {
    const runtime = await runFunctions({ bad: { source: MISBEHAVING, timeout: 1 } });
    const pid = await returned(runtime.invoke('bad', {}));
    const result = await runtime.invoke('bad', { how });
    expect(result).toMatchObject({ ok: false, failure: { code: 'TimeLimitReached' } });
    expect(result.durationMs).toBeGreaterThanOrEqual(999);
    expect(await returned(runtime.invoke('bad', {}))).not.toBe(pid);
  },
);

it.each(['exit', 'crash'])(
  'a process that ends in the middle (%s) fails that event alone and is replaced',
  async (how) => {
    const runtime = await runFunctions({ bad: { source: MISBEHAVING } });
    const pid = await returned(runtime.invoke('bad', {}));
    expect(await runtime.invoke('bad', { how })).toMatchObject({
      ok: false,
      failure: { code: 'ProcessExited' },
    });
    expect(await returned(runtime.invoke('bad', {}))).not.toBe(pid);
  },
);

it('a value that JSON cannot hold fails its event', async () => {
  const runtime = await runFunctions({ bad: { source: MISBEHAVING } });
  expect(await runtime.invoke('bad', { how: 'circle' })).toMatchObject({
    ok: false,
    failure: { code: 'UserCodeException', message: expect.stringContaining('circular') },
  });
});

it('a function that cannot be loaded fails every event with the reason', async () => {
  const runtime = await runFunctions({
    broken: {
      source: `export const main_handler = 1; if (!process.env.SETTING) throw new Error('SETTING is missing')`,
    },
  });
  for (const _ of [1, 2]) {
    expect(await runtime.invoke('broken', {})).toMatchObject({
      ok: false,
      failure: { code: 'UserCodeException', message: 'Error: SETTING is missing' },
    });
  }
});

it('a bundle without the handler fails every event and names it', async () => {
  const runtime = await runFunctions({ wrong: { source: `export const other = 1` } });
  expect(await runtime.invoke('wrong', {})).toMatchObject({
    ok: false,
    failure: { message: expect.stringContaining('main_handler') },
  });
});

it('the end of every event is reported with its duration and memory', async () => {
  const runtime = await runFunctions({ bad: { source: MISBEHAVING } });
  const { requestId } = await runtime.invoke('bad', {});
  const report = runtime.log.find((entry) => entry.kind === 'report');
  expect(report).toMatchObject({ functionName: 'bad', requestId, memoryLimitMb: 128 });
  expect(report?.kind === 'report' && report.peakMemoryBytes).toBeGreaterThan(10_000_000);
});

it('what a function prints comes line by line under its name and the event it belongs to', async () => {
  const runtime = await runFunctions({
    chatty: {
      source: `export const main_handler = async () => { console.log('one\\ntwo'); console.error('three'); }`,
    },
  });
  const { requestId } = await runtime.invoke('chatty', {});
  const lines = runtime.log.filter((entry) => entry.kind === 'line');
  expect(lines.map(({ text }) => text).sort()).toEqual(['one', 'three', 'two']);
  for (const line of lines) expect(line).toMatchObject({ functionName: 'chatty', requestId });
});

it('a function that fills its memory is told so, and a process that is killed as one that ended', async () => {
  const source = `exports.main_handler = async ({ how }) => {
    if (how === 'kill') process.kill(process.pid, 'SIGKILL');
    const kept = [];
    for (;;) kept.push(new Array(100_000).fill({}));
  };`;
  const runtime = await runFunctions({ bad: { source } });
  const statusOf = async (how: string) => {
    const { failure } = (await runtime.invoke('bad', { how })) as {
      failure?: { code: keyof typeof FAILURE_STATUS };
    };
    return failure && FAILURE_STATUS[failure.code];
  };
  expect([await statusOf('fill'), await statusOf('kill')]).toEqual([434, 439]);
});
