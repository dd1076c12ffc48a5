import { expect, it } from 'vitest';
import {
  isNewVersion,
  type KnownVersion,
  latestVersion,
  type ToldVersion,
} from '../../shared/automation/object-version.ts';

const told = (etag: string, seconds: number, write = `${etag}@${seconds}`): ToldVersion => ({
  etag,
  timeMs: seconds * 1000,
  write,
});

/** Tells one after the other and gives the writes that were taken for new versions. */
function newOnes(...writes: ToldVersion[]): string[] {
  let known: KnownVersion | undefined;
  return writes.flatMap((write) => {
    const isNew = known === undefined || isNewVersion(known, write);
    known = known === undefined ? { ...write, writes: [write.write] } : latestVersion(known, write);
    return isNew ? [write.write] : [];
  });
}

it('A, B, A are three versions', () => {
  expect(newOnes(told('A', 1), told('B', 2), told('A', 3))).toEqual(['A@1', 'B@2', 'A@3']);
});

it('A, A is one', () => {
  expect(newOnes(told('A', 1), told('A', 2))).toEqual(['A@1']);
});

it('an old event after a new one is none', () => {
  expect(newOnes(told('B', 2), told('A', 1))).toEqual(['B@2']);
  expect(newOnes(told('A', 1), told('A', 3), told('B', 2))).toEqual(['A@1']);
});

it('a repeated event is none, also within the second of a newer one', () => {
  expect(newOnes(told('A', 1), told('A', 1))).toEqual(['A@1']);
  expect(newOnes(told('A', 1, 'first'), told('B', 1, 'second'), told('A', 1, 'first'))).toEqual([
    'first',
    'second',
  ]);
});
