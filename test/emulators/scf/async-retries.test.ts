import { expect, test as it } from 'vitest';
import { runFunctions } from '../../worlds/fixture-runtime.ts';
import { virtualClock } from '../../worlds/virtual-clock.ts';

/** Fails for the first events of an instance, as many as the event says, and keeps the request ids. */
const FLAKY = `
  const seen: string[] = [];
  export const main_handler = async ({ failures }: { failures: number }, context: { request_id: string }) => {
    seen.push(context.request_id);
    if (seen.length <= failures) throw new Error('not yet');
    return seen;
  };
`;
const MINUTE_MS = 60_000;

const anyClock = () => virtualClock('2026-01-01T00:00:00Z');

it('a failed asynchronous event is tried twice more, a minute apart', async () => {
  const clock = anyClock();
  const runtime = await runFunctions({ flaky: { source: FLAKY } }, { clock });
  const sending = runtime.invokeAsync('flaky', { failures: 2 });
  for (const attempt of [1, 2]) {
    await clock.untilScheduled(MINUTE_MS);
    clock.advance(MINUTE_MS - 1);
    expect(clock.delays).toContain(MINUTE_MS);
    expect(runtime.log.filter(({ kind }) => kind === 'report')).toHaveLength(attempt);
    clock.advance(1);
  }
  const result = await sending;
  expect(result).toMatchObject({ ok: true });
  expect(result.ok && new Set(result.value as string[]).size).toBe(3);
  expect(clock.delays).toEqual([]);
});

it('after three failures an asynchronous event is dropped', async () => {
  const clock = anyClock();
  const runtime = await runFunctions({ flaky: { source: FLAKY } }, { clock });
  const sending = runtime.invokeAsync('flaky', { failures: 9 });
  for (const _ of [1, 2]) {
    await clock.untilScheduled(MINUTE_MS);
    clock.advance(MINUTE_MS);
  }
  expect(await sending).toMatchObject({ ok: false });
  expect(runtime.log).toContainEqual({
    kind: 'dropped',
    functionName: 'flaky',
    attempts: 3,
    cause: 'failures',
  });
});

it('a function whose retryNum is 0 is never tried again', async () => {
  const runtime = await runFunctions({
    flaky: { source: FLAKY, asyncTrigger: { retryNum: 0, msgTTL: 60 } },
  });
  expect(await runtime.invokeAsync('flaky', { failures: 1 })).toMatchObject({ ok: false });
  expect(runtime.log.map(({ kind }) => kind)).toEqual(['report', 'dropped']);
});

it('an event older than its msgTTL is not tried again', async () => {
  const clock = anyClock();
  const asyncTrigger = { retryNum: 2, msgTTL: 90 };
  const runtime = await runFunctions({ flaky: { source: FLAKY, asyncTrigger } }, { clock });
  const sending = runtime.invokeAsync('flaky', { failures: 9 });
  await clock.untilScheduled(MINUTE_MS);
  clock.advance(MINUTE_MS);
  await clock.untilScheduled(MINUTE_MS);
  clock.advance(MINUTE_MS / 2);
  expect(await sending).toMatchObject({ ok: false, failure: { code: 'UserCodeException' } });
  expect(runtime.log.at(-1)).toEqual({ kind: 'dropped', functionName: 'flaky', attempts: 2, cause: 'age' });
});

it('a synchronous event is never tried again', async () => {
  const clock = anyClock();
  const runtime = await runFunctions({ flaky: { source: FLAKY } }, { clock });
  expect(await runtime.invoke('flaky', { failures: 1 })).toMatchObject({ ok: false });
  expect(clock.delays).toEqual([]);
});

it('closing the runtime calls off the attempts that are still to come', async () => {
  const clock = anyClock();
  const runtime = await runFunctions({ flaky: { source: FLAKY } }, { clock });
  const sending = runtime.invokeAsync('flaky', { failures: 9 });
  await clock.untilScheduled(MINUTE_MS);
  await runtime.close();
  expect(await sending).toMatchObject({ ok: false });
  expect(clock.delays).toEqual([]);
});
