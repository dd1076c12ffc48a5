import { afterEach, beforeEach, expect, it } from 'vitest';
import { CiError } from '../../shared/ci/ci-error.ts';
import { BACKGROUND_SHARE, type Slots, slotsByAccount } from '../../shared/throttle/rate.ts';
import type { Share } from '../../shared/throttle/take-slots.ts';
import { type SharedTime, startSharedTime } from '../worlds/shared-time.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';
import { oldSlots } from './old-slots.ts';

const BUCKET = { name: 'media-1250000000', region: 'ap-guangzhou' };
const MAX_RPS = 50;
const PER_SECOND = MAX_RPS * BACKGROUND_SHARE;
/** What a function of ours may wait for a slot. */
const PATIENCE_MS = 12_000;
const MINUTE_MS = 60_000;
let database: TestDatabase;
let time: SharedTime;
let startedMs: number;
beforeEach(async () => {
  database = await startTestDatabase();
  time = await startSharedTime(database.url);
  startedMs = time.clock.now();
});
afterEach(async () => {
  await time.close();
  await database.close();
});

/** Requests that were let out, by when they were. */
type Sent = number[];

const instance = () => slotsByAccount(time.openStore(), MAX_RPS, time.clock)(BUCKET);
const isOver = (ms: number) => time.clock.now() - startedMs >= ms;

/** A sweep that always has so many requests ready, each answered after `answerMs`. */
async function sweeps(
  sent: Sent,
  forMs: number,
  {
    slots = instance(),
    ready = 4,
    answerMs = 80,
  }: { slots?: Pick<Slots, 'admit'>; ready?: number; answerMs?: number } = {},
) {
  const asker = async () => {
    while (!isOver(forMs)) {
      await slots.admit(time.clock.now() + PATIENCE_MS);
      sent.push(time.clock.now() - startedMs);
      await time.clock.sleep(answerMs);
    }
  };
  await Promise.all(Array.from({ length: ready }, asker));
}

/** A listing that reads a page each `paceMs`. */
async function lists(sent: Sent, forMs: number, paceMs: number) {
  const slots = instance();
  while (!isOver(forMs)) {
    await slots.admit(time.clock.now() + PATIENCE_MS, { paceMs });
    sent.push(time.clock.now() - startedMs);
    await time.clock.sleep(paceMs);
  }
}

/** Requests that come so often a second, each to the next of these instances, and are given up when refused. */
async function arrivals(
  sent: Sent,
  forMs: number,
  {
    share,
    perSecond,
    instances,
    together = 1,
  }: { share: Share; perSecond: number; instances: Slots[]; together?: number },
) {
  let refused = 0;
  const underWay: Promise<void>[] = [];
  for (let index = 0; !isOver(forMs); index += 1) {
    const slots = instances[index % instances.length] as Slots;
    underWay.push(
      slots.admit(time.clock.now() + PATIENCE_MS, { share }).then(
        () => {
          sent.push(time.clock.now() - startedMs);
        },
        (error) => {
          expect(error).toMatchObject({ code: 'NoSlot', withoutEffect: true });
          refused += 1;
        },
      ),
    );
    if ((index + 1) % together === 0) await time.clock.sleep((1000 * together) / perSecond);
  }
  await Promise.all(underWay);
  return refused;
}

/** The most that were sent in any second. */
function busiest(...sent: Sent[]): number {
  const times = sent.flat().sort((a, b) => a - b);
  let first = 0;
  return Math.max(
    ...times.map((at, index) => {
      while ((times[first] ?? at) <= at - 1000) first += 1;
      return index - first + 1;
    }),
  );
}

const within = (sent: Sent, forMs: number) => sent.filter((at) => at < forMs).length;

it.each([1, 8])(
  '8 callbacks a second on eight instances, %i at a time, leave the sweep what they do not use',
  async (together) => {
    const [swept, told]: [Sent, Sent] = [[], []];
    const instances = Array.from({ length: 8 }, instance);
    const hints = arrivals(told, 10_000, { share: 'hint', perSecond: 8, instances, together });
    await time.run(Promise.all([sweeps(swept, 10_000), hints]));
    expect(told.length).toBeGreaterThanOrEqual(8 * 10);
    expect(within(swept, 10_000)).toBeGreaterThanOrEqual(0.95 * (PER_SECOND - 8) * 10);
    expect(busiest(swept, told)).toBeLessThanOrEqual(PER_SECOND + 1);
  },
);

it('however many callbacks come, three quarters of the background rate are the sweep’s', async () => {
  const [swept, told]: [Sent, Sent] = [[], []];
  const instances = Array.from({ length: 12 }, instance);
  const hints = arrivals(told, 10_000, { share: 'hint', perSecond: 60, instances });
  await time.run(Promise.all([sweeps(swept, 10_000), hints]));
  expect(within(swept, 10_000)).toBeGreaterThanOrEqual(0.95 * 0.75 * PER_SECOND * 10);
  expect(within(told, 10_000)).toBeGreaterThanOrEqual(0.95 * 0.25 * PER_SECOND * 10);
  expect(busiest(told)).toBeLessThanOrEqual(0.25 * PER_SECOND + 1);
  expect(busiest(swept, told)).toBeLessThanOrEqual(PER_SECOND + 1);
});

it('41 uploads a second for a minute leave the sweep half of the background rate', async () => {
  const [swept, submitted]: [Sent, Sent] = [[], []];
  const instances = Array.from({ length: 12 }, instance);
  const uploads = arrivals(submitted, MINUTE_MS, { share: 'submit', perSecond: 41, instances });
  const [, refused] = await time.run(Promise.all([sweeps(swept, MINUTE_MS), uploads]));
  expect(within(swept, MINUTE_MS)).toBeGreaterThanOrEqual(0.95 * 0.5 * PER_SECOND * 60);
  expect(within(submitted, MINUTE_MS)).toBeGreaterThanOrEqual(0.95 * 0.5 * PER_SECOND * 60);
  expect(submitted.length + refused).toBeGreaterThanOrEqual(41 * 60);
  expect(busiest(swept, submitted)).toBeLessThanOrEqual(PER_SECOND + 1);
});

it('no mixture exceeds the background rate in any second, and nobody is left with nothing', async () => {
  const [swept, listed, told, submitted]: [Sent, Sent, Sent, Sent] = [[], [], [], []];
  const instances = Array.from({ length: 6 }, instance);
  await time.run(
    Promise.all([
      sweeps(swept, 10_000),
      sweeps(swept, 10_000, { ready: 2, answerMs: 900 }),
      lists(listed, 10_000, 40),
      lists(listed, 10_000, 130),
      arrivals(told, 10_000, { share: 'hint', perSecond: 15, instances, together: 5 }),
      arrivals(submitted, 10_000, { share: 'submit', perSecond: 30, instances, together: 10 }),
    ]),
  );
  // A listing may use a slot one interval late.
  expect(busiest(swept, listed, told, submitted)).toBeLessThanOrEqual(PER_SECOND + 2);
  expect(swept.length + listed.length + told.length + submitted.length).toBeGreaterThan(
    0.95 * PER_SECOND * 10,
  );
  for (const sent of [swept, listed, told, submitted]) expect(sent.length).toBeGreaterThan(20);
});

it('instances of the previous release and of this one stay under the rate together', async () => {
  const [fresh, old]: [Sent, Sent] = [[], []];
  const before = oldSlots(time.openStore(), BUCKET, MAX_RPS, time.clock);
  await time.run(
    Promise.all([
      sweeps(fresh, 10_000),
      sweeps(old, 10_000, {
        slots: { admit: (latestMs) => before.admit(latestMs) },
      }),
    ]),
  );
  expect(busiest(fresh, old)).toBeLessThanOrEqual(PER_SECOND + 1);
  expect(fresh.length).toBeGreaterThan(100);
  expect(old.length).toBeGreaterThan(100);
});

it('ten requests of one instance take one round trip', async () => {
  const slots = instance();
  await time.run(slots.admit(time.clock.now() + PATIENCE_MS));
  const before = time.transactions();
  await time.run(Promise.all(Array.from({ length: 10 }, () => slots.admit(time.clock.now() + PATIENCE_MS))));
  expect(time.transactions() - before).toBe(1);
});

it('a listing as fast as the rate takes a quarter of a second of slots at a time', async () => {
  const listed: Sent = [];
  const before = time.transactions();
  await time.run(lists(listed, 10_000, 1000 / PER_SECOND));
  expect(listed.length).toBeGreaterThanOrEqual(PER_SECOND * 10);
  expect(time.transactions() - before).toBeLessThanOrEqual(listed.length / 10 + 1);
});

it('whoever is refused has taken nothing', async () => {
  const first = instance();
  await time.run(first.admit(time.clock.now() + PATIENCE_MS));
  await time.run(first.slowDown(refusal(5000)));
  const [before] = await time.sql`select * from rates`;
  const refused = Array.from({ length: 50 }, (_, index) =>
    instance()
      .admit(time.clock.now() + 1000, { share: (['sweep', 'hint', 'submit'] as const)[index % 3] ?? 'sweep' })
      .catch((error: unknown) => error),
  );
  for (const error of await time.run(Promise.all(refused))) expect(error).toMatchObject({ code: 'NoSlot' });
  const [after] = await time.sql`select * from rates`;
  expect(after).toEqual(before);
});

it('of those who ask together each is judged by its own time', async () => {
  const slots = instance();
  const now = time.clock.now();
  const asked = [now + 1, now + 30, now + 10, now + 1000].map((latestMs) =>
    slots.admit(latestMs).then(
      () => time.clock.now() - now,
      () => 'refused',
    ),
  );
  expect(await time.run(Promise.all(asked))).toEqual([0, 25, 'refused', 50]);
});

it('Retry-After of 120 s is obeyed in full, by every share, and nobody waits longer', async () => {
  const slots = instance();
  await time.run(slots.admit(time.clock.now() + PATIENCE_MS));
  await time.run(slots.slowDown(refusal(120_000)));
  for (const passed of [0, 50_000, 107_000]) {
    await time.run(time.clock.sleep(startedMs + passed - time.clock.now()));
    for (const share of ['sweep', 'hint', 'submit'] as const) {
      const other = instance();
      await expect(time.run(other.admit(time.clock.now() + PATIENCE_MS, { share }))).rejects.toMatchObject({
        code: 'NoSlot',
      });
    }
  }
  await time.run(instance().admit(startedMs + 130_000));
  expect(time.clock.now() - startedMs).toBeGreaterThanOrEqual(120_000);
  expect(time.clock.now() - startedMs).toBeLessThan(120_500);
});

it.each([30_000, 300_000, 3_600_000, 86_400_000])(
  'a database clock that was %i ms ahead holds nothing back when it is put right',
  async (ahead) => {
    const slots = instance();
    await time.setDatabaseAhead(ahead);
    await time.run(sweeps([], 1000, { slots }));
    await time.run(slots.admit(time.clock.now() + PATIENCE_MS, { share: 'hint' }));
    await time.run(slots.admit(time.clock.now() + PATIENCE_MS, { share: 'submit' }));
    await time.setDatabaseAhead(0);
    for (const share of ['sweep', 'hint', 'submit'] as const) {
      const askedMs = time.clock.now();
      await time.run(instance().admit(askedMs + PATIENCE_MS, { share }));
      expect(time.clock.now() - askedMs).toBeLessThan(500);
    }
  },
);

it('a Retry-After that was told while the clock was ahead lasts as long as it was told', async () => {
  const slots = instance();
  await time.setDatabaseAhead(3_600_000);
  await time.run(slots.admit(time.clock.now() + PATIENCE_MS));
  await time.run(slots.slowDown(refusal(10_000)));
  await time.setDatabaseAhead(0);
  await time.run(instance().admit(time.clock.now() + 15_000));
  expect(time.clock.now() - startedMs).toBeGreaterThanOrEqual(10_000);
  expect(time.clock.now() - startedMs).toBeLessThan(10_500);
});

it('a clock that is put back and forth never lets more out than the rate allows twice', async () => {
  const sent: Sent = [];
  const jumps = (async () => {
    for (const ahead of [3_600_000, 0, -3_600_000, 0, 20_000, 0]) {
      await time.clock.sleep(1500);
      await time.setDatabaseAhead(ahead);
    }
  })();
  await time.run(Promise.all([sweeps(sent, 10_000), jumps]));
  expect(busiest(sent)).toBeLessThanOrEqual(PER_SECOND + 5);
  expect(sent.length).toBeGreaterThan(0.95 * PER_SECOND * 10);
});

it.each([3_600_000, 86_400_000])(
  'times of the previous release, %i ms ahead, hold nothing back',
  async (ahead) => {
    await time.sql`
    insert into rates (account, region, next_slot_at, slow_until)
    select '1250000000', ${BUCKET.region}, at, at
    from (select jobwatch_now() + ${ahead} * interval '1 millisecond' as at) as jumped`;
    const askedMs = time.clock.now();
    await time.run(instance().admit(askedMs + PATIENCE_MS));
    expect(time.clock.now()).toBe(askedMs);
  },
);

it('an instance that was frozen does not use the slots it had', async () => {
  const slots = instance();
  const now = time.clock.now();
  // A listing as fast as the rate has nine more slots now.
  await time.run(slots.admit(now + PATIENCE_MS, { paceMs: 25 }));
  const others: Sent = [];
  await time.run(sweeps(others, 5000));
  const before = time.transactions();
  await time.run(slots.admit(time.clock.now() + PATIENCE_MS, { paceMs: 25 }));
  expect(time.transactions() - before).toBe(1);
});

function refusal(retryAfterMs: number): CiError {
  return new CiError({
    kind: 'retryable',
    code: 'SlowDown',
    message: '',
    status: 503,
    retryAfterMs,
    withoutEffect: true,
  });
}
