import { readFileSync } from 'node:fs';
import { expect, test as it } from 'vitest';
import type { Timer } from '../../../service/service.ts';
import { returned, runFunctions } from '../../worlds/fixture-runtime.ts';
import { isAlive } from '../../worlds/process-state.ts';
import { virtualClock } from '../../worlds/virtual-clock.ts';
import { startGate } from './gate.ts';

/** Prints its event as it came. */
const PRINTS = `export const main_handler = async (event: unknown) => console.log(JSON.stringify(event));`;

/** Prints its process id and ends only when it is told to. */
const heldAt = (port: number) => `
  import { connect } from 'node:net';
  import { once } from 'node:events';
  export const main_handler = async () => {
    console.log(process.pid);
    const socket = connect(${port}, '127.0.0.1');
    await once(socket, 'data');
    socket.destroy();
    return 'ended';
  };
`;

const timer = (changes: Partial<Timer> = {}): Timer => ({
  name: 'every-ten-seconds',
  cron: '*/10 * * * * * *',
  enabled: true,
  argument: '',
  ...changes,
});
const ONCE = { retryNum: 0, msgTTL: 60 };
const TEN_SECONDS_MS = 10_000;

it('a timer hands over the documented event, with the time at which it was due', async () => {
  const clock = virtualClock('2025-12-31T23:59:59.500Z');
  const runtime = await runFunctions({ prints: { source: PRINTS, timers: [timer()] } }, { clock });
  clock.advance(TEN_SECONDS_MS - 500);
  const [line] = await runtime.untilLogged('line', 1);
  const documented = readFileSync(new URL('../../fixtures/timer-event.json', import.meta.url), 'utf8');
  expect(line?.text).toBe(documented.trim());
});

it('a timer ticks at every time of its cron and carries its argument', async () => {
  const clock = virtualClock('2026-01-01T00:00:00Z');
  const timers = [timer({ cron: '0 */20 9 * * MON-FRI *', argument: 'wake up' })];
  const runtime = await runFunctions({ prints: { source: PRINTS, timers } }, { clock });
  clock.advance(4 * 24 * 60 * 60 * 1000);
  const events = (await runtime.untilLogged('line', 6)).map(({ text }) => JSON.parse(text));
  expect(events.map(({ Time }) => Time).sort()).toEqual([
    '2026-01-01T09:00:00Z',
    '2026-01-01T09:20:00Z',
    '2026-01-01T09:40:00Z',
    '2026-01-02T09:00:00Z',
    '2026-01-02T09:20:00Z',
    '2026-01-02T09:40:00Z',
  ]);
  expect(events[0]).toMatchObject({ Message: 'wake up' });
});

it('a tick does not wait for the one before it', async () => {
  const gate = await startGate();
  const clock = virtualClock('2026-01-01T00:00:00Z');
  const runtime = await runFunctions({ held: { source: heldAt(gate.port), timers: [timer()] } }, { clock });
  clock.advance(TEN_SECONDS_MS);
  await gate.untilHeld(1);
  clock.advance(TEN_SECONDS_MS);
  await gate.untilHeld(2);
  const pids = (await runtime.untilLogged('line', 2)).map(({ text }) => text);
  expect(new Set(pids).size).toBe(2);
  gate.release(2);
  const reports = await runtime.untilLogged('report', 2);
  expect(reports.filter(({ failure }) => failure !== undefined)).toEqual([]);
});

it('a tick over the limit of instances waits in line until it is too old', async () => {
  const gate = await startGate();
  const clock = virtualClock('2026-01-01T00:00:00Z');
  const held = {
    source: heldAt(gate.port),
    instances: 1,
    asyncTrigger: ONCE,
    timers: [timer({ cron: '0,10,30 0 0 1 1 * 2026' })],
  };
  const runtime = await runFunctions({ held }, { clock });
  clock.advance(30_000); // one at 10 s, one at 30 s
  await gate.untilHeld(1);
  const third = runtime.fire('held');
  clock.advance(59_000);
  expect(runtime.log.filter(({ kind }) => kind === 'dropped')).toEqual([]);
  gate.release(1);
  await gate.untilHeld(1);
  clock.advance(1000);
  expect(await third).toMatchObject({ ok: false, failure: { code: 'ResourceLimitReached' } });
  expect(runtime.log.filter(({ kind }) => kind === 'dropped')).toEqual([
    { kind: 'dropped', functionName: 'held', attempts: 1, cause: 'age' },
  ]);
  gate.release(1);
  const reports = await runtime.untilLogged('report', 3);
  expect(reports.filter(({ failure }) => failure === undefined)).toHaveLength(2);
});

it('ticks that were missed while the machine slept are not made up for', async () => {
  const clock = virtualClock('2026-01-01T00:00:01Z');
  const runtime = await runFunctions({ prints: { source: PRINTS, timers: [timer()] } }, { clock });
  clock.sleep(60 * 60 * 1000);
  clock.advance(TEN_SECONDS_MS);
  const lines = await runtime.untilLogged('line', 2);
  const times = lines.map(({ text }) => JSON.parse(text).Time).sort();
  expect(times).toEqual(['2026-01-01T00:00:10Z', '2026-01-01T01:00:10Z']);
});

it('a timer that is months away ticks in its time and not before', async () => {
  const clock = virtualClock('2026-01-01T00:00:00Z');
  const timers = [timer({ cron: '0 0 0 1 6 * *' })];
  const runtime = await runFunctions({ prints: { source: PRINTS, timers } }, { clock });
  // What Node's own timers can hold.
  expect(Math.max(...clock.delays)).toBeLessThan(2 ** 31);
  clock.advance(366 * 24 * 60 * 60 * 1000);
  const [line, ...others] = await runtime.untilLogged('line', 1);
  expect(JSON.parse(line?.text ?? '')).toMatchObject({ Time: '2026-06-01T00:00:00Z' });
  expect(others).toEqual([]);
});

it('a timer can be fired by hand, also one that is not enabled, which never ticks by itself', async () => {
  const clock = virtualClock('2026-01-01T00:00:00Z');
  const source = `export const main_handler = async (event: unknown) => event;`;
  const timers = [
    timer({ enabled: false }),
    timer({ name: 'hourly', cron: '0 0 * * * * *', enabled: false }),
  ];
  const runtime = await runFunctions({ told: { source, timers } }, { clock });
  expect(clock.delays).toEqual([]);
  clock.advance(1500);
  const Time = '2026-01-01T00:00:01Z';
  expect(await returned(runtime.fire('told'))).toMatchObject({ TriggerName: 'every-ten-seconds', Time });
  expect(await returned(runtime.fire('told', 'hourly'))).toMatchObject({ TriggerName: 'hourly', Time });
  await expect(runtime.fire('told', 'daily')).rejects.toThrow(/expected a timer of told, got daily/);
});

it('closing the runtime stops its timers and lets a tick that runs come to its end', async () => {
  const gate = await startGate();
  const clock = virtualClock('2026-01-01T00:00:00Z');
  const held = { source: heldAt(gate.port), instances: 1, timers: [timer()] };
  const runtime = await runFunctions({ held }, { clock });
  const running = runtime.fire('held');
  await gate.untilHeld(1);
  const waiting = runtime.fire('held');
  const closing = runtime.close();
  expect(await waiting).toMatchObject({ ok: false, failure: { code: 'ResourceLimitReached' } });
  clock.advance(999);
  gate.release(1);
  expect(await running).toMatchObject({ ok: true, value: 'ended' });
  await closing;
  expect(clock.delays).toEqual([]);
});

it('a tick that does not end is killed soon after closing began', async () => {
  const gate = await startGate();
  const clock = virtualClock('2026-01-01T00:00:00Z');
  const runtime = await runFunctions({ held: { source: heldAt(gate.port), timers: [timer()] } }, { clock });
  const running = runtime.fire('held');
  await gate.untilHeld(1);
  const [line] = await runtime.untilLogged('line', 1);
  const closing = runtime.close();
  clock.advance(3000);
  await closing;
  expect(await running).toMatchObject({ ok: false, failure: { code: 'ProcessKilled' } });
  expect(isAlive(Number(line?.text))).toBe(false);
});
