import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GroupSize, planGroup, requestsById } from '../../shared/watch/plan.ts';

const group = (size: Partial<GroupSize>): GroupSize => ({
  listable: true,
  open: 0,
  due: 0,
  lastPages: undefined,
  ...size,
});

describe('a group is read by whichever takes fewer requests', () => {
  it.each([
    // One listing of 100 pages, or 1 000 requests by id.
    ['10 000 open, all due', { open: 10_000, due: 10_000 }, 'list'],
    [
      '10 000 open, 1 000 due: 100 either way, and reading by id is certain',
      { open: 10_000, due: 1000 },
      'id',
    ],
    ['10 000 open, 1 001 due', { open: 10_000, due: 1001 }, 'list'],
    ['ten due', { open: 100, due: 10 }, 'id'],
    ['eleven due on one page', { open: 100, due: 11 }, 'list'],
    ['eleven due on two pages', { open: 101, due: 11 }, 'id'],
    ['jobs of others made the last listing long', { open: 100, due: 50, lastPages: 5 }, 'id'],
    ['the last listing found the group small', { open: 5000, due: 100, lastPages: 2 }, 'list'],
    ['the last listing was empty', { open: 30, due: 10, lastPages: 0 }, 'list'],
    ['its tag or queue is not known', { open: 1000, due: 1000, listable: false }, 'id'],
  ])('%s', (_, size, by) => {
    expect(planGroup(group(size)).by).toBe(by);
  });

  it('a listing is given up once it has cost what reading by id would have', () => {
    expect(planGroup(group({ open: 1000, due: 250 }))).toEqual({ by: 'list', maxPages: 25 });
  });

  it('the plan never costs more than reading by id', () => {
    const size = fc.record({
      listable: fc.boolean(),
      open: fc.nat(1_000_000),
      due: fc.nat(1_000_000),
      lastPages: fc.option(fc.nat(10_000), { nil: undefined }),
    });
    fc.assert(
      fc.property(size, (size) => {
        const plan = planGroup(size);
        if (plan.by === 'id') return;
        expect(size.listable).toBe(true);
        expect(plan.maxPages).toBe(requestsById(size.due));
        expect(size.lastPages ?? Math.ceil(size.open / 100)).toBeLessThan(plan.maxPages);
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
