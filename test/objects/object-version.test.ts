import { expect, it } from 'vitest';
import {
  judgeWrite,
  KEPT_WRITES,
  type KnownObject,
  type ReportedWrite,
  type WriteVerdict,
} from '../../shared/objects/object-version.ts';

const NOTHING: KnownObject = { writes: [], seenAtMs: 0 };
const NOW_MS = 1_000_000_000;

const event = (etag: string, seconds: number, id = `${etag}@${seconds}`): ReportedWrite => ({
  id,
  etag,
  timeMs: seconds * 1000,
  nowMs: NOW_MS,
});
/** A listing that was asked for after everything that was told before it. */
const listing = (etag: string, seconds: number): ReportedWrite => ({
  ...event(etag, seconds, ''),
  listedAtMs: NOW_MS + 1,
});

/** Tells one after the other and gives what each came to. */
function verdicts(...words: ReportedWrite[]): WriteVerdict[] {
  let known = NOTHING;
  return words.map((word) => {
    const judged = judgeWrite(known, word);
    known = judged.known;
    return judged.verdict;
  });
}

it.each<[string, ReportedWrite[], WriteVerdict[]]>([
  ['A, B, A are three versions', [event('A', 1), event('B', 2), event('A', 3)], ['newer', 'newer', 'newer']],
  ['the same bytes again are none', [event('A', 1), event('A', 2)], ['newer', 'same']],
  ['an old event after a new one is none', [event('B', 2), event('A', 1)], ['newer', 'older']],
  ['a repeated event is none', [event('A', 1), event('A', 1)], ['newer', 'known']],
  [
    'a repeated event within the second of a newer write is none, however often a listing comes',
    [event('A', 1), event('B', 1), event('A', 1), listing('B', 1), event('A', 1), listing('B', 1)],
    ['newer', 'newer', 'known', 'known', 'known', 'known'],
  ],
  ['a listing of what an event told is none', [event('A', 5), listing('A', 6)], ['newer', 'known']],
  ['an event of what a listing told is none', [listing('A', 5), event('A', 4)], ['newer', 'known']],
  [
    'a listing with the content of the newest is none, whatever time it names',
    [event('A', 5), listing('A', 900)],
    ['newer', 'same'],
  ],
  ['a copy onto itself is none', [event('A', 5), event('A', 900, 'copy')], ['newer', 'same']],
  [
    'a listing that is older than the latest word tells nothing',
    [event('A', 5), { ...listing('B', 6), listedAtMs: NOW_MS }],
    ['newer', 'known'],
  ],
  [
    'what a listing finds is the object, whatever a clock that was ahead has told before',
    [event('A', 500), event('B', 100), listing('B', 100), listing('B', 100)],
    ['newer', 'older', 'newer', 'known'],
  ],
  [
    'a write from the future is no newer than what is told after it',
    [event('A', 2_000_000), { ...event('B', 1_000_001), nowMs: NOW_MS + 2000 }],
    ['newer', 'newer'],
  ],
  [
    'a listing means the write that was taken, not one of the same content that came too late',
    [event('A', 11, 'last'), event('A', 10, 'first'), event('C', 11), listing('A', 11)],
    ['newer', 'older', 'newer', 'known'],
  ],
  [
    'a write between two of one content makes the later one a version of its own',
    [event('A', 1), event('A', 3), event('B', 2), event('B', 2)],
    ['newer', 'same', 'between', 'known'],
  ],
  [
    'records without ETag and id are told apart by their second',
    [event('', 1, ''), event('', 1, ''), event('', 2, ''), event('', 1, '')],
    ['newer', 'known', 'newer', 'known'],
  ],
])('%s', (_, words, expected) => {
  expect(verdicts(...words)).toEqual(expected);
});

it('the last twenty writes are remembered, and all of the newest second', () => {
  const spread = Array.from({ length: 50 }, (_, index) => event(`e${index}`, index));
  const known = spread.reduce((before, word) => judgeWrite(before, word).known, NOTHING);
  expect(known.writes.map(({ etag }) => etag)).toEqual(spread.slice(-KEPT_WRITES).map(({ etag }) => etag));

  const burst = Array.from({ length: 50 }, (_, index) => event(`b${index}`, 100));
  const burstKnown = burst.reduce((before, word) => judgeWrite(before, word).known, known);
  expect(burst.map((word) => judgeWrite(burstKnown, word).verdict)).toEqual(Array(50).fill('known'));
  // What is forgotten is older than everything: it is never taken for new.
  expect(spread.map((word) => judgeWrite(burstKnown, word).verdict)).not.toContain('newer');
});
