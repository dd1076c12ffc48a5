import { describe, expect, it } from 'vitest';
import { type CountedWorld, startCountedWorld } from '../../worlds/counted-world.ts';

const NONE = { Success: 0, Failed: 0, Cancel: 0, Missing: 0 };
const HOUR = 3600;
const DAY = 86_400;

function signal() {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

/** What every window says of what ended, before what was counted is folded and after. */
async function everywhere(world: CountedWorld): Promise<Record<string, number>[]> {
  const before = await Promise.all(
    (['1h', '24h', '7d', '30d'] as const).map((window) => world.overview(window)),
  );
  await world.fold();
  const after = await Promise.all(
    (['1h', '24h', '7d', '30d'] as const).map((window) => world.overview(window)),
  );
  expect(after.map(({ Ended }) => Ended)).toEqual(before.map(({ Ended }) => Ended));
  expect(after.map(({ FailureCodes }) => FailureCodes)).toEqual(
    before.map(({ FailureCodes }) => FailureCodes),
  );
  return after.map(({ Ended }) => Ended);
}

describe('what ended is counted once', () => {
  it('by outcome, by Code and rule, and by how long CI worked on it', async () => {
    const world = await startCountedWorld();
    await world.watch(['a1', 'a2', 'a3', 'b1', 'b2'], 'gifs');
    await world.watch(['c1']);
    await world.end(['a1', 'a2', 'a3'], { state: 'Success', seconds: 30 });
    await world.end(['b1'], { state: 'Failed', code: 'BadClip', seconds: 1 });
    await world.end(['b2'], { state: 'Failed', code: 'BadClip' });
    await world.end(['c1'], { state: 'Cancel' });
    await world.end(['a1'], { state: 'Success', seconds: 30 });
    expect(await everywhere(world)).toEqual(Array(4).fill({ Success: 3, Failed: 2, Cancel: 1, Missing: 0 }));
    const { FailureCodes, Series } = await world.overview();
    expect(FailureCodes).toMatchObject([{ Code: 'BadClip', Rule: 'gifs', Count: 2, LatestJobId: 'b2' }]);
    const [{ FirstAt, LatestAt } = { FirstAt: '', LatestAt: '' }] = FailureCodes;
    expect(Date.parse(FirstAt)).toBeLessThanOrEqual(Date.parse(LatestAt));
    expect(Series.Points.map(({ At }) => At)).toContain(FirstAt);
    const last = Series.Points.at(-1);
    expect(last).toMatchObject({ Success: 3, Failed: 2, Cancel: 1 });
    expect(last?.MedianSeconds).toBeGreaterThan(30 / 1.65);
    expect(last?.MedianSeconds).toBeLessThan(30 * 1.65);
  });

  it('in the transaction of the change: what is undone was never counted', async () => {
    const world = await startCountedWorld();
    await world.watch(['a']);
    const undone: typeof world.store = {
      transaction: (work) =>
        world.store.transaction(async (sql) => {
          await work(sql);
          throw new Error('killed');
        }),
      close: async () => undefined,
    };
    await expect(world.end(['a'], { state: 'Success' }, undone)).rejects.toThrow('killed');
    expect((await world.overview()).Ended).toEqual(NONE);
    await world.end(['a'], { state: 'Success' });
    expect((await world.overview()).Ended).toEqual({ ...NONE, Success: 1 });
  });

  it('no change waits for another because both are counted, and what is committed late is counted late', async () => {
    const world = await startCountedWorld();
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    await world.watch(ids, 'gifs');
    const late = signal();
    const written = signal();
    const own = world.openOwnStore();
    const lingering: typeof own = {
      transaction: (work) =>
        own.transaction(async (sql) => {
          const done = await work(sql);
          written.give();
          await late.given;
          return done;
        }),
      close: own.close,
    };
    const ending = world.end(['a'], { state: 'Success' }, lingering);
    await written.given;
    await Promise.all(
      ['b', 'c', 'd'].map((id) => world.end([id], { state: 'Success' }, world.openOwnStore())),
    );
    await world.fold();
    expect((await world.overview()).Ended.Success).toBe(3);
    late.give();
    await ending;
    expect((await world.overview()).Ended.Success).toBe(4);
    expect(await everywhere(world)).toEqual(Array(4).fill({ ...NONE, Success: 4 }));
  });
});

describe('an outcome that is replaced is taken back where it was counted', () => {
  it.each([
    ['at once', 0],
    ['a day later', DAY],
    ['when its quarters are gone', 3 * DAY],
    ['when its hours are gone', 10 * DAY],
  ])('CI knows the job after all, %s', async (_, seconds) => {
    const world = await startCountedWorld();
    await world.watch(['a', 'b'], 'gifs');
    await world.miss(['a', 'b']);
    await world.fold();
    await world.pass(seconds);
    await world.fold();
    await world.end(['a'], { state: 'Success' });
    const { Ended } = await world.overview('30d');
    expect(Ended).toEqual({ ...NONE, Missing: 1, Success: 1 });
    const [hour, day] = await everywhere(world);
    const recent = { ...NONE, Missing: seconds === 0 ? 1 : 0, Success: 1 };
    expect(hour).toEqual(recent);
    expect(day).toEqual({ ...recent, Missing: seconds <= DAY ? 1 : 0 });
  });

  it('somebody submits or watches the job once more', async () => {
    const world = await startCountedWorld();
    await world.watch(['a']);
    await world.miss(['a']);
    await world.watch(['a']);
    expect(await everywhere(world)).toEqual(Array(4).fill(NONE));
    await world.miss(['a']);
    expect(await everywhere(world)).toEqual(Array(4).fill({ ...NONE, Missing: 1 }));
  });

  it('under the rule that it was counted under, though it is known by now to be another’s', async () => {
    const world = await startCountedWorld();
    await world.watch(['a']);
    await world.miss(['a']);
    await world.sql`update watches set rule = 'gifs'`;
    await world.end(['a'], { state: 'Failed', code: 'BadClip' });
    await world.fold();
    const rows = await world.rowsOf('outcomes_by_day');
    expect(rows.map(({ rule, outcome, count }) => [rule, outcome, count])).toEqual([
      ['', 'Missing', 0],
      ['gifs', 'Failed', 1],
    ]);
  });

  it('and what the release before closed was never counted', async () => {
    const world = await startCountedWorld();
    await world.watch(['a', 'b']);
    await world.sql`update watches set outcome = 'Missing', ended_at = jobwatch_now()`;
    await world.end(['a'], { state: 'Success' });
    await world.watch(['b']);
    expect(await everywhere(world)).toEqual(Array(4).fill({ ...NONE, Success: 1 }));
  });
});

describe('what is folded', () => {
  it('is killed after any statement: nothing is lost, and nothing counted twice', async () => {
    const world = await startCountedWorld();
    const ids = Array.from({ length: 40 }, (_, n) => `j${n}`);
    await world.watch(ids, 'gifs');
    for (const [n, id] of ids.entries())
      await world.end([id], n % 2 ? { state: 'Failed', code: `C${n}` } : { state: 'Success' });
    let end = 'killed';
    for (let statements = 0; end === 'killed'; statements += 1) {
      const own = world.openOwnStore();
      let left = statements;
      const killed: typeof own = {
        transaction: (work) =>
          own.transaction((sql) =>
            work(
              new Proxy(sql, {
                apply: (target, self, given) => {
                  const isStatement = Array.isArray(given[0]) && 'raw' in given[0];
                  if (isStatement && left <= 0) throw new Error('killed');
                  if (isStatement) left -= 1;
                  return Reflect.apply(target, self, given);
                },
              }),
            ),
          ),
        close: own.close,
      };
      end = await world.fold(killed).then(
        () => 'done',
        (error: Error) => error.message,
      );
      expect((await world.overview('30d')).Ended).toEqual({ ...NONE, Success: 20, Failed: 20 });
    }
    expect(end).toBe('done');
    expect(await world.rowsOf('outcome_changes')).toEqual([]);
    expect((await world.overview('7d')).Ended).toEqual({ ...NONE, Success: 20, Failed: 20 });
  });

  it('is folded by one while others leave it to him', async () => {
    const world = await startCountedWorld();
    const ids = Array.from({ length: 30 }, (_, n) => `j${n}`);
    await world.watch(ids);
    for (const id of ids) await world.end([id], { state: 'Success' });
    await Promise.all(Array.from({ length: 4 }, () => world.fold(world.openOwnStore())));
    await world.fold();
    expect(await world.rowsOf('outcomes_by_hour')).toMatchObject([{ outcome: 'Success', count: 30 }]);
    expect(await world.rowsOf('outcome_changes')).toEqual([]);
  });

  it('has fifty Codes of its own in each period, and Other for the rest, however it is cut', async () => {
    const world = await startCountedWorld();
    const ids = Array.from({ length: 120 }, (_, n) => `j${n}`);
    await world.watch(ids, 'gifs');
    for (const [n, id] of ids.entries()) {
      await world.end([id], { state: 'Failed', code: `C${n % 60}` });
      if (n % 40 === 39) await world.fold();
    }
    for (const table of ['outcomes_by_quarter', 'outcomes_by_hour', 'outcomes_by_day'] as const) {
      const rows = await world.rowsOf(table);
      expect(rows.length).toBe(51);
      expect(rows.find(({ code }) => code === 'Other')?.count).toBe(20);
      expect(rows.find(({ code }) => code === 'C7')?.count).toBe(2);
    }
    expect((await world.overview()).Ended.Failed).toBe(120);
  });

  it('goes when it is kept no longer, and no window ever reaches so far', async () => {
    const world = await startCountedWorld();
    await world.watch(['a', 'b', 'c', 'd']);
    await world.end(['a'], { state: 'Success' });
    await world.fold();
    const kept = async () =>
      await Promise.all(
        (['outcomes_by_quarter', 'outcomes_by_hour', 'outcomes_by_day'] as const).map(
          async (table) => (await world.rowsOf(table)).length,
        ),
      );
    for (const [seconds, rows] of [
      [47 * HOUR, [1, 1, 1]],
      [2 * HOUR, [0, 1, 1]],
      [5 * DAY, [0, 1, 1]],
      [2 * DAY, [0, 0, 1]],
      [395 * DAY, [0, 0, 0]],
    ] as const) {
      await world.pass(seconds);
      await world.fold();
      expect(await kept()).toEqual(rows);
    }
  });
});

it('a clock that was ahead and is put back shows what ended then when that time comes, and loses nothing', async () => {
  const world = await startCountedWorld();
  await world.watch(['a', 'b']);
  await world.end(['a'], { state: 'Success' });
  await world.pass(3 * HOUR);
  await world.miss(['b']);
  await world.fold();
  await world.pass(-3 * HOUR);
  expect((await world.overview('24h')).Ended).toEqual({ ...NONE, Success: 1 });
  // What ended in the future is taken back there.
  await world.watch(['b']);
  await world.end(['b'], { state: 'Success' });
  const [, day] = await everywhere(world);
  expect(day).toEqual({ ...NONE, Success: 2 });
  await world.pass(4 * HOUR);
  expect((await everywhere(world))[1]).toEqual({ ...NONE, Success: 2 });
});
