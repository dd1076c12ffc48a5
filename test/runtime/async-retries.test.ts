import { expect, test } from 'vitest';
import type { Schedule } from '../../local/runtime/async-events.ts';
import { runFunctions } from './fixture-runtime.ts';

/** Fails for the first events of an instance, as many as the event says, and keeps the request ids. */
const FLAKY = `
  const seen: string[] = [];
  export const main_handler = async ({ failures }: { failures: number }, context: { request_id: string }) => {
    seen.push(context.request_id);
    if (seen.length <= failures) throw new Error('not yet');
    return seen;
  };
`;

/** A clock on which a pause is over as soon as it begins; it keeps the lengths. */
function instantClock() {
  const pauses: number[] = [];
  const schedule: Schedule = (delayMs, run) => {
    pauses.push(delayMs);
    setImmediate(run);
    return () => undefined;
  };
  return { pauses, schedule };
}

test('a failed asynchronous event is tried twice more, a minute apart', async () => {
  const { pauses, schedule } = instantClock();
  const runtime = await runFunctions({ flaky: { source: FLAKY } }, { schedule });
  const result = await runtime.invokeAsync('flaky', { failures: 2 });
  expect(result).toMatchObject({ ok: true });
  expect(pauses).toEqual([60_000, 60_000]);
  expect(result.ok && new Set(result.value as string[]).size).toBe(3);
});

test('after three failures an asynchronous event is dropped', async () => {
  const { pauses, schedule } = instantClock();
  const runtime = await runFunctions({ flaky: { source: FLAKY } }, { schedule });
  expect(await runtime.invokeAsync('flaky', { failures: 9 })).toMatchObject({ ok: false });
  expect(pauses).toHaveLength(2);
  expect(runtime.log).toContainEqual({ kind: 'dropped', functionName: 'flaky', attempts: 3 });
});

test('a synchronous event is never tried again', async () => {
  const { pauses, schedule } = instantClock();
  const runtime = await runFunctions({ flaky: { source: FLAKY } }, { schedule });
  expect(await runtime.invoke('flaky', { failures: 1 })).toMatchObject({ ok: false });
  expect(pauses).toEqual([]);
});

test('closing the runtime calls off the attempts that are still to come', async () => {
  let paused: () => void = () => undefined;
  const untilPaused = new Promise<void>((resolve) => {
    paused = resolve;
  });
  let calledOff = 0;
  const schedule: Schedule = () => {
    paused();
    return () => calledOff++;
  };
  const runtime = await runFunctions({ flaky: { source: FLAKY } }, { schedule });
  const sending = runtime.invokeAsync('flaky', { failures: 9 });
  await untilPaused;
  await runtime.close();
  expect(await sending).toMatchObject({ ok: false });
  expect(calledOff).toBe(1);
});
