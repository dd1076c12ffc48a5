import { expect, test as it } from 'vitest';
import { returned, runFunctions } from '../../worlds/fixture-runtime.ts';
import { startGate } from './gate.ts';

interface Seen {
  pid: number;
  count: number;
}

const COUNTING = `
  let count = 0;
  export const main_handler = async () => ({ pid: process.pid, count: ++count });
`;

/** A function that says that it has begun and answers only when it is told to. */
const HELD = `
  import { connect } from 'node:net';
  import { once } from 'node:events';
  let inside = 0;
  let most = 0;
  export const main_handler = async ({ port }: { port: number }) => {
    most = Math.max(most, ++inside);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'data');
    socket.destroy();
    inside--;
    return { pid: process.pid, most };
  };
`;

it('one event after the other is taken by the same warm instance', async () => {
  const runtime = await runFunctions({ count: { source: COUNTING } });
  const first = await returned<Seen>(runtime.invoke('count', {}));
  const second = await returned<Seen>(runtime.invoke('count', {}));
  expect(second).toEqual({ pid: first.pid, count: 2 });
});

it('events at the same time go to instances of their own, up to the limit, and then wait in line', async () => {
  const gate = await startGate();
  const runtime = await runFunctions({ held: { source: HELD } }, { maxInstances: 2 });
  const events = [1, 2, 3, 4].map(() =>
    returned<{ pid: number; most: number }>(runtime.invoke('held', gate)),
  );
  await gate.untilHeld(2);
  expect(gate.held).toBe(2);
  gate.release(2);
  await gate.untilHeld(2);
  gate.release(2);
  const seen = await Promise.all(events);
  expect(new Set(seen.map(({ pid }) => pid)).size).toBe(2);
  expect(seen.map(({ most }) => most)).toEqual([1, 1, 1, 1]);
});

it("a function's own limit of instances counts before the runtime's", async () => {
  const gate = await startGate();
  const runtime = await runFunctions({ held: { source: HELD, instances: 1 } }, { maxInstances: 2 });
  const events = [1, 2].map(() => returned<{ pid: number }>(runtime.invoke('held', gate)));
  await gate.untilHeld(1);
  gate.release(1);
  await gate.untilHeld(1);
  gate.release(1);
  const [first, second] = await Promise.all(events);
  expect(first?.pid).toBe(second?.pid);
});

it('an event that has waited in line for as long as the function may run fails as over the limit', async () => {
  const gate = await startGate();
  const runtime = await runFunctions({ held: { source: HELD, timeout: 1 } }, { maxInstances: 1 });
  // The one that waits began to wait before the first, which had a cold start, began to run.
  const [first, waiting] = await Promise.all([runtime.invoke('held', gate), runtime.invoke('held', gate)]);
  expect(first).toMatchObject({ ok: false, failure: { code: 'TimeLimitReached' } });
  expect(waiting).toMatchObject({ ok: false, failure: { code: 'ResourceLimitReached' } });
});

it('a reload takes effect with the next event and loses none that is under way', async () => {
  const gate = await startGate();
  const runtime = await runFunctions({ held: { source: HELD } });
  const underWay = runtime.invoke('held', gate);
  await gate.untilHeld(1);
  await runtime.rebuild('held', `export const main_handler = async () => 'new'`);
  runtime.reload('held');
  expect(await returned(runtime.invoke('held', {}))).toBe('new');
  gate.release(1);
  expect(await underWay).toMatchObject({ ok: true, value: { most: 1 } });
  expect(await returned(runtime.invoke('held', {}))).toBe('new');
});

it('what is left un-awaited does not run on between events', async () => {
  const runtime = await runFunctions({
    busy: {
      source: `
        let ticks = 0;
        setInterval(() => ticks++, 1);
        export const main_handler = async () => ({ ticks });
      `,
    },
    clock: {
      source: `export const main_handler = () => new Promise((resolve) => setTimeout(resolve, 1000))`,
    },
  });
  const before = await returned<{ ticks: number }>(runtime.invoke('busy', {}));
  await runtime.invoke('clock', {});
  const after = await returned<{ ticks: number }>(runtime.invoke('busy', {}));
  // A thousand if it ran on; some on the way out and in again.
  expect(after.ticks - before.ticks).toBeLessThan(500);
});
