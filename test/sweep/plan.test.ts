import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillSeats, planGroup, requestsById, seatsLeft } from '../../shared/sweep/read/plan.ts';
import { mergeable, type PlannedCohort } from '../../shared/sweep/read/row.ts';

const NOW_MS = 1_800_000_000_000;
/** Whether CI ignores the window of a listing. */
const [FILTERED, UNFILTERED] = [false, true];

interface Sketch {
  open: number;
  listed?: number | undefined;
  unlisted?: number;
  kind?: 'wanted' | 'free' | 'held';
}

/** Neighbours of one group, the oldest first, ten seconds each. */
function rowOf(sketches: readonly Sketch[]): PlannedCohort[] {
  return sketches.map(({ open, listed, unlisted = 0, kind = 'wanted' }, place) => ({
    startMs: place === 0 ? Number.NEGATIVE_INFINITY : NOW_MS - 1_000_000 + place * 10_000,
    endMs:
      place === sketches.length - 1 ? Number.POSITIVE_INFINITY : NOW_MS - 1_000_000 + (place + 1) * 10_000,
    open,
    listed,
    unlisted,
    oldestMs: NOW_MS - 1_000_000 + place * 10_000,
    youngestMs: NOW_MS - 995_000 + place * 10_000,
    wanted: kind === 'wanted',
    free: kind === 'free',
  }));
}

/** What a plan costs: pages and ids, an id a tenth of a request. */
function costOf(row: readonly PlannedCohort[], { listings, byId }: ReturnType<typeof planGroup>): number {
  const pages = listings.map(({ from, to }) => {
    const span = row.slice(from, to + 1);
    const jobs = span.reduce((sum, { listed, open }) => sum + Math.max(listed ?? 0, open), 0);
    const missed = span.reduce(
      (sum, cohort) => sum + (cohort.wanted || cohort.free ? cohort.unlisted : 0),
      0,
    );
    return Math.max(1, Math.ceil(jobs / 100)) + missed / 10;
  });
  const ids = byId.reduce((sum, place) => sum + (row[place]?.open ?? 0), 0);
  return pages.reduce((sum, cost) => sum + cost, ids / 10);
}

const sketches = fc.array(
  fc.record({
    open: fc.oneof(fc.nat(30), fc.nat(1500)),
    listed: fc.option(fc.nat(3000), { nil: undefined }),
    unlisted: fc.nat(50),
    kind: fc.constantFrom('wanted', 'free', 'held'),
  }),
  { minLength: 1, maxLength: 12 },
);

describe('a group is read by whichever takes fewer requests', () => {
  it.each<[string, Sketch[], 'list' | 'id']>([
    ['a thousand of one age', [{ open: 1000 }], 'list'],
    ['ten: one request either way, and reading by id is certain', [{ open: 10 }], 'id'],
    ['eleven', [{ open: 11 }], 'list'],
    ['eleven where the jobs of others fill two pages', [{ open: 11, listed: 180 }], 'id'],
    ['a listing that missed all of them', [{ open: 50, unlisted: 50 }], 'id'],
    ['three small neighbours on one page', [{ open: 6 }, { open: 5 }, { open: 4 }], 'list'],
  ])('%s', (_, sketch, by) => {
    const plan = planGroup(rowOf(sketch), FILTERED);
    expect(plan.listings.length > 0 ? 'list' : 'id').toBe(by);
  });

  it('one listing spans what lies between two wanted cohorts when that costs less than two', () => {
    const near = rowOf([{ open: 40 }, { open: 10, kind: 'free' }, { open: 40 }]);
    expect(planGroup(near, FILTERED).listings).toMatchObject([{ from: 0, to: 2 }]);
    const far = rowOf([{ open: 400 }, { open: 1000, kind: 'free' }, { open: 400 }]);
    expect(planGroup(far, FILTERED).listings).toMatchObject([
      { from: 0, to: 0 },
      { from: 2, to: 2 },
    ]);
  });

  it('a listing takes along the free neighbours that add no page, and no other', () => {
    const row = rowOf([
      { open: 100, kind: 'free' },
      { open: 30, kind: 'free' },
      { open: 60 },
      { open: 10, kind: 'free' },
      { open: 5, kind: 'held' },
    ]);
    expect(planGroup(row, FILTERED).listings).toMatchObject([{ from: 1, to: 3 }]);
  });

  it('where CI ignores windows the group is listed whole or not at all', () => {
    const row = rowOf([{ open: 400, kind: 'free' }, { open: 900 }, { open: 100, kind: 'free' }]);
    expect(planGroup(row, UNFILTERED).listings).toMatchObject([{ from: 0, to: 2 }]);
    const few = rowOf([{ open: 400, kind: 'free' }, { open: 50 }]);
    expect(planGroup(few, UNFILTERED)).toEqual({ listings: [], byId: [1] });
  });

  it('a listing is given up once it has cost what reading by id would have', () => {
    const row = rowOf([{ open: 250 }, { open: 40, kind: 'free' }]);
    expect(planGroup(row, FILTERED).listings).toMatchObject([{ maxPages: 25 }]);
  });
});

describe('whatever the cohorts', () => {
  it('each wanted cohort is read once, and a listing begins and ends at what may be read', () => {
    fc.assert(
      fc.property(sketches, (sketch) => {
        const row = rowOf(sketch);
        const { listings, byId } = planGroup(row, FILTERED);
        const places = [
          ...byId,
          ...listings.flatMap(({ from, to }) => row.slice(from, to + 1).map((_, index) => from + index)),
        ];
        expect(new Set(places).size).toBe(places.length);
        for (const [place, { wanted }] of row.entries()) if (wanted) expect(places).toContain(place);
        for (const { from, to } of listings) {
          expect(row[from]?.wanted || row[from]?.free).toBe(true);
          expect(row[to]?.wanted || row[to]?.free).toBe(true);
          expect(row.slice(from, to + 1).some(({ wanted }) => wanted)).toBe(true);
        }
      }),
    );
  });

  it('no plan costs more than reading all by id, or all by one listing, or each by the cheaper of the two', () => {
    fc.assert(
      fc.property(sketches, (sketch) => {
        const row = rowOf(sketch);
        const cost = costOf(row, planGroup(row, FILTERED)) - 1e-6;
        const wanted = row.flatMap((cohort, place) => (cohort.wanted ? [place] : []));
        // Free neighbours are taken along for no page: what a listing misses of them is read by id all the same.
        const along = row.reduce((sum, { free, unlisted }) => sum + (free ? unlisted / 10 : 0), 0);
        expect(cost - along).toBeLessThanOrEqual(costOf(row, { listings: [], byId: wanted }));
        const [from, to] = [wanted[0], wanted.at(-1)];
        if (from === undefined || to === undefined) return;
        const one = { from, to, maxPages: 0 };
        expect(cost - along).toBeLessThanOrEqual(costOf(row, { listings: [one], byId: [] }));
        const each = wanted.map((place) => {
          const alone = costOf(row, { listings: [{ from: place, to: place, maxPages: 0 }], byId: [] });
          return Math.min(alone, (row[place]?.open ?? 0) / 10);
        });
        expect(cost - along).toBeLessThanOrEqual(each.reduce((sum, part) => sum + part, 0));
      }),
    );
  });

  it('what is taken along adds no page', () => {
    fc.assert(
      fc.property(sketches, (sketch) => {
        const row = rowOf(sketch);
        for (const { from, to } of planGroup(row, FILTERED).listings) {
          const span = row.slice(from, to + 1);
          const jobs = (part: readonly PlannedCohort[]) =>
            part.reduce((sum, { listed, open }) => sum + Math.max(listed ?? 0, open), 0);
          const first = span.findIndex(({ wanted }) => wanted);
          const last = span.findLastIndex(({ wanted }) => wanted);
          const needed = Math.max(1, Math.ceil(jobs(span.slice(first, last + 1)) / 100));
          expect(Math.max(1, Math.ceil(jobs(span) / 100))).toBe(needed);
        }
      }),
    );
  });

  it('a neighbour is taken along to be merged only when it is free and beside a wanted one', () => {
    fc.assert(
      fc.property(sketches, (sketch) => {
        const row = rowOf(sketch);
        for (const place of mergeable(row, NOW_MS)) {
          expect(row[place]?.free).toBe(true);
          expect(row[place - 1]?.wanted || row[place + 1]?.wanted).toBe(true);
        }
      }),
    );
  });

  it('the seats that a last request has left are filled with whole cohorts, as many as fit', () => {
    const small = fc.array(fc.record({ open: fc.nat(12) }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.nat(500), small, (ids, cohorts) => {
        const seats = seatsLeft(ids);
        expect(requestsById(ids + seats)).toBe(requestsById(ids));
        const chosen = fillSeats(seats, cohorts);
        const taken = chosen.reduce((sum, { open }) => sum + open, 0);
        expect(taken).toBeLessThanOrEqual(seats);
        const left = cohorts.filter((cohort) => cohort.open > 0 && !chosen.includes(cohort));
        for (const { open } of left) expect(open).toBeGreaterThan(seats - taken);
      }),
    );
  });

  it.each([
    [0, 0],
    [1, 1],
    [10, 1],
    [11, 2],
    [10_000, 1000],
  ])('%i jobs by id are %i requests', (jobs, requests) => {
    expect(requestsById(jobs)).toBe(requests);
  });
});
