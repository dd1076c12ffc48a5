import { expect, test as it } from 'vitest';
import { RecentlySeen } from '../../../local/receiver/recently-seen.ts';

it('an id is known from its second time on', () => {
  const seen = new RecentlySeen();
  expect([seen.add('a'), seen.add('b'), seen.add('a')]).toEqual([false, false, true]);
});

it('the latest ten thousand are kept, however many come', () => {
  const seen = new RecentlySeen();
  for (let id = 0; id <= 10_000; id++) seen.add(String(id));
  expect([seen.add('1'), seen.add('10000'), seen.add('0')]).toEqual([true, true, false]);
});
