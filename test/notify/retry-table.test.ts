import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ATTEMPT_GAPS_SECONDS } from '../../shared/notify/record-attempts.ts';
import { startDelivering } from '../worlds/delivering.ts';
import { stopTime } from '../worlds/shift-time.ts';

const ROW = /^\| (\d+) \| (\d+) (s|min|h) \|$/gm;
const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 };
const MOMENT = 0.001;

it('docs/delivery.md states each gap as it stands in the code', () => {
  const rows = [...readFileSync('docs/delivery.md', 'utf8').matchAll(ROW)];
  expect(rows.map(([, attempt]) => Number(attempt))).toEqual(
    ATTEMPT_GAPS_SECONDS.map((_, index) => index + 1),
  );
  expect(rows.map(([, , gap, unit = '']) => Number(gap) * (SECONDS[unit] ?? Number.NaN))).toEqual(
    ATTEMPT_GAPS_SECONDS,
  );
});

it('each attempt is made when its gap is over, none a moment sooner, and none after the last', async () => {
  const world = await startDelivering();
  const pass = await stopTime(world.url);
  const [id = ''] = await world.succeed();
  world.answer('hooks', 500);
  const run = await world.deliverTo('hooks');
  for (const [before, gap] of ATTEMPT_GAPS_SECONDS.entries()) {
    if (gap > 0) {
      await pass(gap - MOMENT);
      await run();
      expect(world.cameTo('hooks')).toHaveLength(before);
      await pass(MOMENT);
    }
    await run();
    expect(world.cameTo('hooks')).toHaveLength(before + 1);
    // An attempt counts once, however often deliver runs.
    await run();
    expect(await world.deliveries()).toMatchObject([
      { EventId: id, Attempts: before + 1, LastStatus: 500, LastError: 'answered 500: expected a 2xx' },
    ]);
  }
  await pass(7 * 86_400);
  await run();
  expect(world.cameTo('hooks')).toEqual(ATTEMPT_GAPS_SECONDS.map(() => id));
});
