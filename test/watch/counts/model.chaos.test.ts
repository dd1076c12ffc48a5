import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import type { CountWindow } from '../../../shared/watch/counts/period.ts';
import { type CountedWorld, startCountedWorld } from '../../worlds/counted-world.ts';

/*
 * Jobs end, are lost and come back while time goes on, jumps and is put back. The model keeps nothing but each job's
 * outcome and when it had it, and counts anew each time it is asked.
 */

const JOBS = 6;
const RULES = ['', 'gifs', 'webps'];
const CODES = ['BadClip', 'TooLong', ''];
const WINDOWS = ['1h', '24h', '7d', '30d'] as const;
const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const REACH: Record<CountWindow, { reachMs: number; stepMs: number }> = {
  '1h': { reachMs: HOUR_MS, stepMs: QUARTER_MS },
  '24h': { reachMs: DAY_MS, stepMs: QUARTER_MS },
  '7d': { reachMs: 7 * DAY_MS, stepMs: HOUR_MS },
  '30d': { reachMs: 30 * DAY_MS, stepMs: DAY_MS },
};

const job = fc.integer({ min: 0, max: JOBS - 1 });
const step = fc.oneof(
  fc.record({
    does: fc.constant('end' as const),
    job,
    state: fc.constantFrom('Success', 'Failed', 'Cancel'),
    code: fc.constantFrom(...CODES),
  }),
  fc.record({ does: fc.constant('miss' as const), job }),
  fc.record({ does: fc.constant('watch' as const), job }),
  fc.record({
    does: fc.constant('pass' as const),
    seconds: fc.constantFrom(1, 700, 3600, 20_000, 90_000, 700_000, -600, -7200),
  }),
  fc.record({ does: fc.constant('fold' as const) }),
  fc.record({ does: fc.constant('read' as const) }),
);

interface Known {
  outcome: '' | 'Success' | 'Failed' | 'Cancel' | 'Missing';
  code: string;
  endedMs: number;
}

let world: CountedWorld;
beforeEach(async () => {
  world = await startCountedWorld();
});

it('every window shows what the jobs’ outcomes say, whatever happened in which order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      await world.sql`truncate watches, watch_history, events, deliveries, outcome_changes, outcomes_by_quarter, outcomes_by_hour, outcomes_by_day`;
      const ids = Array.from({ length: JOBS }, (_, n) => `j${n}`);
      for (const [n, id] of ids.entries()) await world.watch([id], RULES[n % RULES.length]);
      const known = ids.map((): Known => ({ outcome: '', code: '', endedMs: 0 }));
      for (const each of steps) {
        if (each.does === 'pass') await world.pass(each.seconds);
        else if (each.does === 'fold') await world.fold();
        else if (each.does === 'read') await compare(known);
        else {
          const of = known[each.job];
          const id = ids[each.job] ?? '';
          if (of === undefined) continue;
          const endedMs = await nowMs();
          if (each.does === 'end') {
            const { state, code } = each;
            await world.end([id], { state: state as 'Success', code });
            if (of.outcome === '' || of.outcome === 'Missing')
              Object.assign(of, { outcome: state, code: state === 'Failed' ? code : '', endedMs });
          } else if (each.does === 'miss') {
            await world.miss([id]);
            if (of.outcome === '') Object.assign(of, { outcome: 'Missing', endedMs });
          } else {
            await world.watch([id], RULES[each.job % RULES.length]);
            if (of.outcome === 'Missing') of.outcome = '';
          }
        }
      }
      await compare(known);
      await world.fold();
      await compare(known);
    }),
    { numRuns: 60 },
  );
});

async function compare(known: readonly Known[]): Promise<void> {
  const now = await nowMs();
  for (const window of WINDOWS) {
    const { reachMs, stepMs } = REACH[window];
    const from = Math.floor((now - reachMs) / stepMs) * stepMs;
    const to = (Math.floor(now / stepMs) + 1) * stepMs;
    const inside = known
      .map((each, n) => ({ ...each, rule: RULES[n % RULES.length], n }))
      .filter(({ outcome, endedMs }) => outcome !== '' && endedMs >= from && endedMs < to);
    const told = await world.overview(window);
    const count = (outcome: string, all: readonly { outcome: string }[] = inside) =>
      all.filter((each) => each.outcome === outcome).length;
    expect(told.Ended).toEqual({
      Success: count('Success'),
      Failed: count('Failed'),
      Cancel: count('Cancel'),
      Missing: count('Missing'),
    });
    for (const { At, Success, Failed, Missing } of told.Series.Points) {
      const at = Date.parse(At);
      const then = inside.filter(({ endedMs }) => endedMs >= at && endedMs < at + stepMs);
      expect([Success, Failed, Missing]).toEqual([
        count('Success', then),
        count('Failed', then),
        count('Missing', then),
      ]);
    }
    const failures = new Map<string, number>();
    for (const { outcome, rule, code } of inside) {
      if (outcome === 'Failed') failures.set(`${rule} ${code}`, (failures.get(`${rule} ${code}`) ?? 0) + 1);
    }
    expect(
      Object.fromEntries(told.FailureCodes.map(({ Rule, Code, Count }) => [`${Rule} ${Code}`, Count])),
    ).toEqual(Object.fromEntries(failures));
  }
}

async function nowMs(): Promise<number> {
  const [row] = await world.sql<{ now: Date }[]>`select jobwatch_now() as now`;
  return row?.now.getTime() ?? 0;
}
