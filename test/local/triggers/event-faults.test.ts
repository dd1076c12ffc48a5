import { describe, expect, it } from 'vitest';
import { startRelay } from './relay.ts';

const inOrder = (count: number) => Array.from({ length: count }, (_, index) => String(index));

describe('without faults', () => {
  it('every record is an event of its own, at once and in order', async () => {
    const relay = startRelay();
    await Promise.all(await relay.createMany(5));
    expect(relay.arrived()).toEqual(inOrder(5));
    expect(relay.counts()).toEqual({
      ...{ records: 5, dropped: 0, duplicated: 0, merged: 0, events: 5, failed: 0, heldBack: 0 },
    });
  });
});

describe('a rate', () => {
  const spoil = async (faults: object) => {
    const relay = startRelay();
    relay.events.set(faults);
    await Promise.all(await relay.createMany(200));
    return relay;
  };

  it('of dropped records is kept, the same ones with the same seed', async () => {
    const relay = await spoil({ drop: 0.3, seed: 1 });
    const { dropped, events } = relay.counts();
    expect([dropped > 30, dropped < 90, dropped + events]).toEqual([true, true, 200]);
    const arrived = relay.arrived();
    expect((await spoil({ drop: 0.3, seed: 1 })).arrived()).toEqual(arrived);
    expect((await spoil({ drop: 0.3, seed: 2 })).arrived()).not.toEqual(arrived);
    expect((await spoil({ drop: 0.3, duplicate: 0.5, seed: 1 })).counts().dropped).toBe(dropped);
  });

  it('of duplicated records is kept, each the same record twice', async () => {
    const relay = await spoil({ duplicate: 0.3 });
    const { duplicated, events } = relay.counts();
    expect([duplicated > 30, duplicated < 90, events - duplicated]).toEqual([true, true, 200]);
    expect(new Set(relay.delivered.map(({ ids }) => ids[0])).size).toBe(200);
  });

  it('of merged records is kept', async () => {
    const relay = startRelay();
    relay.events.set({ merge: 2, mergeRate: 0.2 });
    const sent = await relay.createMany(200);
    relay.events.flush();
    await Promise.all(sent);
    const { merged, events } = relay.counts();
    expect([merged > 15, merged < 75, events]).toEqual([true, true, 200 - merged / 2]);
  });
});

describe('records are merged', () => {
  it('n to an event, and what is over waits for the flush', async () => {
    const relay = startRelay();
    relay.events.set({ merge: 3 });
    const sent = await relay.createMany(8);
    expect(relay.arrived()).toEqual(['0+1+2', '3+4+5']);
    expect(relay.counts()).toMatchObject({ heldBack: 1, merged: 8, events: 2 });
    expect(relay.events.flush()).toBe(1);
    expect(relay.arrived()).toEqual(['6+7']);
    await Promise.all(sent);
  });

  it('or for the time that events are late by', async () => {
    const relay = startRelay();
    relay.events.set({ merge: 3, delayMs: 1000 });
    await relay.createMany(4);
    expect(relay.arrived()).toEqual([]);
    relay.advance(1000);
    expect(relay.arrived()).toEqual(['0+1+2', '3']);
  });
});

describe('events are held back', () => {
  it('for as long as is set', async () => {
    const relay = startRelay();
    relay.events.set({ delayMs: 1000 });
    const sent = await relay.createMany(2);
    relay.advance(999);
    expect(relay.arrived()).toEqual([]);
    relay.advance(1);
    expect(relay.arrived()).toEqual(['0', '1']);
    await Promise.all(sent);
  });

  it('until the flush, and come in another order, the same one with the same seed', async () => {
    const flushed = async (seed: number) => {
      const relay = startRelay();
      relay.events.set({ reorder: true, seed });
      await relay.createMany(20);
      expect(relay.arrived()).toEqual([]);
      expect(relay.events.flush()).toBe(20);
      return relay.arrived();
    };
    const first = await flushed(1);
    expect(first).not.toEqual(inOrder(20));
    expect([...first].sort()).toEqual(inOrder(20).sort());
    expect(await flushed(1)).toEqual(first);
    expect(await flushed(2)).not.toEqual(first);
  });

  it('each for a time of its own when they are to be reordered within a time', async () => {
    const relay = startRelay();
    relay.events.set({ reorder: true, delayMs: 1000 });
    await relay.createMany(20);
    relay.advance(1000);
    const order = relay.arrived();
    expect(order).not.toEqual(inOrder(20));
    expect([...order].sort()).toEqual(inOrder(20).sort());
  });

  it('and sent, not lost, when the faults are changed or taken away, and not again later', async () => {
    const relay = startRelay();
    relay.events.set({ delayMs: 1000 });
    await relay.createMany(2);
    relay.events.set({ delayMs: 2000 });
    expect(relay.arrived()).toEqual(['0', '1']);
    await relay.createMany(1);
    relay.events.reset();
    expect(relay.arrived()).toEqual(['0']);
    expect(relay.counts()).toMatchObject({ records: 0, events: 0, heldBack: 0 });
    relay.advance(10_000);
    expect([relay.arrived(), relay.due]).toEqual([[], []]);
  });

  it('and lost when everything stops', async () => {
    const relay = startRelay();
    relay.events.set({ delayMs: 1000 });
    await relay.createMany(2);
    relay.close();
    relay.advance(1000);
    expect([relay.arrived(), relay.due]).toEqual([[], []]);
  });
});
