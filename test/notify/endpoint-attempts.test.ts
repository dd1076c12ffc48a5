import { expect, it } from 'vitest';
import { EndpointAttempts } from '../../shared/notify/endpoint-attempts.ts';
import type { DeliveryVerdict } from '../../shared/notify/webhook/verdict.ts';

const DELIVERED: DeliveryVerdict = { outcome: 'delivered', status: 204 };

/** Attempts by their ids, and what ends each. */
function begin(...ids: string[]) {
  const attempts = new EndpointAttempts();
  const ends: (() => void)[] = [];
  for (const id of ids) attempts.begin(id, new Promise((resolve) => ends.push(() => resolve(DELIVERED))));
  return { attempts, ends };
}

const idsOf = (ended: readonly { id: string }[]) => ended.map(({ id }) => id);

it('nothing was begun in the beginning, and there is nothing to wait for', async () => {
  const attempts = new EndpointAttempts();
  expect(attempts).toMatchObject({ hasBegun: false, hasEnded: false, underWay: 0 });
  await attempts.allEnd();
});

it('an attempt that has ended is under way no more, and waits to be recorded', async () => {
  const { attempts, ends } = begin('a', 'b');
  expect(attempts).toMatchObject({ hasBegun: true, hasEnded: false, underWay: 2 });
  ends[1]?.();
  await attempts.oneEnds();
  expect(attempts).toMatchObject({ hasEnded: true, underWay: 1 });
  expect(attempts.takeEnded(8)).toEqual([{ id: 'b', verdict: DELIVERED }]);
  expect(attempts).toMatchObject({ hasBegun: true, hasEnded: false, underWay: 1 });
});

it('they are recorded in the order in which they ended, also those that could not be at first', async () => {
  const { attempts, ends } = begin('a', 'b', 'c');
  for (const end of ends) end();
  await attempts.allEnd();
  const first = attempts.takeEnded(2);
  expect(idsOf(first)).toEqual(['a', 'b']);
  attempts.putBack(first);
  expect(idsOf(attempts.takeEnded(1))).toEqual(['a']);
  expect(idsOf(attempts.takeEnded(8))).toEqual(['b', 'c']);
  expect(attempts.takeEnded(8)).toEqual([]);
});
