import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judgeWrite, type KnownObject, type ReportedWrite } from '../../shared/objects/object-version.ts';

const RUNS = process.env['FUZZ'] === '1' ? 100_000 : 2000;

const NOTHING: KnownObject = { writes: [], seenAtMs: 0 };

/** What happens to one object, and what is told of it: a third of a second passes between two steps. */
type Step =
  | { readonly kind: 'write'; readonly content: string; readonly pauseMs: number }
  /** the event of one of the writes so far comes, for the first time or again */
  | { readonly kind: 'event'; readonly pick: number }
  /** somebody lists the object as it is, and tells of it some steps later */
  | { readonly kind: 'list'; readonly late: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      content: fc.constantFrom('A', 'B', 'C'),
      pauseMs: fc.constantFrom(0, 0, 300, 3000, 60_000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('event' as const), pick: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('list' as const), late: fc.nat(4) }) },
);

interface Write {
  readonly id: string;
  readonly etag: string;
  readonly timeMs: number;
}

/** Plays a history and gives the writes, and of which of them a version was made. */
function play(steps: readonly Step[], knowsIds: boolean) {
  let nowMs = 1_000_000_000;
  let known = NOTHING;
  const writes: Write[] = [];
  const made: Write[] = [];
  const pending: { at: number; word: ReportedWrite; write: Write }[] = [];

  function tell(word: ReportedWrite, write: Write): void {
    const judged = judgeWrite(known, word);
    known = judged.known;
    if (judged.verdict === 'newer') made.push(write);
  }

  const list = (write: Write): ReportedWrite => ({
    id: '',
    etag: write.etag,
    timeMs: write.timeMs,
    nowMs,
    listedAtMs: nowMs,
  });

  for (const [index, one] of steps.entries()) {
    nowMs += 333;
    const newest = writes.at(-1);
    if (one.kind === 'write') {
      nowMs += one.pauseMs;
      writes.push({ id: `w${index}`, etag: one.content, timeMs: Math.floor(nowMs / 1000) * 1000 });
    } else if (one.kind === 'event' && writes.length > 0) {
      const write = writes[one.pick % writes.length] as Write;
      tell({ ...write, id: knowsIds ? write.id : '', nowMs }, write);
    } else if (one.kind === 'list' && newest) {
      pending.push({ at: index + one.late, word: list(newest), write: newest });
    }
    for (const { at, word, write } of pending) if (at === index) tell({ ...word, nowMs }, write);
  }
  // Quiet: the last listing finds what lies there.
  nowMs += 10_000;
  const newest = writes.at(-1);
  if (newest) tell({ ...list(newest), nowMs: nowMs + 1 }, newest);
  return { writes, made, newest };
}

/** The runs of one content: what a reader of the object could tell apart. */
function runOf(writes: readonly Write[], write: Write): number {
  const at = writes.indexOf(write);
  let run = 0;
  for (let index = 1; index <= at; index += 1) if (writes[index]?.etag !== writes[index - 1]?.etag) run += 1;
  return run;
}

const histories = fc.array(step, { maxLength: 40 });

/** Writes of one content of which each is within two seconds of the next: a word without an id may mean any of them. */
function alikeTo(writes: readonly Write[], write: Write): Write[] {
  const same = writes.filter(({ etag }) => etag === write.etag);
  const at = same.indexOf(write);
  const isFar = (index: number) => (same[index]?.timeMs ?? 0) - (same[index - 1]?.timeMs ?? 0) > 2000;
  const from = same.findLastIndex((_, index) => index <= at && (index === 0 || isFar(index)));
  const end = same.findIndex((_, index) => index > at && isFar(index));
  return same.slice(from, end < 0 ? undefined : end);
}

it('whatever is told in whatever order, a write is a version once at most', () => {
  fc.assert(
    fc.property(histories, (steps) => {
      const { writes, made } = play(steps, true);
      for (const write of new Set(made)) {
        const alike = new Set(alikeTo(writes, write));
        expect(made.filter((one) => alike.has(one)).length).toBeLessThanOrEqual(alike.size);
      }
    }),
    { numRuns: RUNS },
  );
});

it('the newest content is submitted, and of events with ids in distinct seconds exactly once', () => {
  fc.assert(
    fc.property(histories, (steps) => {
      const apart = steps.map((one) =>
        one.kind === 'write' ? { ...one, pauseMs: one.pauseMs + 3000 } : one,
      );
      const { writes, made, newest } = play(apart, true);
      if (newest === undefined) return;
      const runs = made.map((write) => runOf(writes, write));
      // A write whose content is that of the newest known one is no version: of two runs with a lost one between
      // them the later may be taken for the earlier.
      expect(made.at(-1)?.etag).toBe(newest.etag);
      expect(runs.filter((run) => run === runOf(writes, newest)).length).toBeLessThanOrEqual(1);
      expect(new Set(runs).size).toBe(runs.length);
    }),
    { numRuns: RUNS },
  );
});

it('without ids too the newest content is what was submitted last', () => {
  fc.assert(
    fc.property(histories, (steps) => {
      const apart = steps.map((one) =>
        one.kind === 'write' ? { ...one, pauseMs: one.pauseMs + 3000 } : one,
      );
      const { made, newest } = play(apart, false);
      if (newest) expect(made.at(-1)?.etag).toBe(newest.etag);
    }),
    { numRuns: RUNS },
  );
});

it('within one second as well, some version is made after the newest write unless its content was there before', () => {
  fc.assert(
    fc.property(histories, (steps) => {
      const { writes, made, newest } = play(steps, true);
      if (newest === undefined) return;
      const tied = writes.filter(({ timeMs }) => Math.abs(timeMs - newest.timeMs) <= 2000);
      expect(tied.some((write) => made.some(({ etag }) => etag === write.etag))).toBe(true);
    }),
    { numRuns: RUNS },
  );
});
