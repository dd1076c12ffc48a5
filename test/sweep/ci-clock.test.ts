import { expect, it } from 'vitest';
import { askCi } from '../../shared/throttle/ask-ci.ts';
import { ciAheadMs, type Run } from '../../shared/throttle/run.ts';
import { startSweeping } from '../worlds/sweeping.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';
import { sweepWhile } from './sweep-while.ts';

const bucket = { name: BUCKET, region: REGION };

it.each([-90, 0, 3600])(
  'how far CI’s clock is ahead (%i s) is known from its answers, by region',
  async (seconds) => {
    const world = await startSweeping();
    await world.cloud.control('PUT', '/clock', { offsetMs: seconds * 1000 });
    const known: (number | undefined)[] = [];
    const look = async (run: Run) => {
      known.push(ciAheadMs(run, bucket));
      // A signature by our clock is refused first when the clocks are far apart: that answer has a Date, too.
      await askCi(run, bucket, (call) => run.ci.listJobs(bucket, { tag: 'Animation' }, call));
      known.push(ciAheadMs(run, bucket), ciAheadMs(run, { ...bucket, region: 'ap-beijing' }));
    };
    await sweepWhile(world, () => Promise.resolve(), { work: look });
    const [before, after = Number.NaN, elsewhere] = known;
    expect([before, elsewhere]).toEqual([undefined, undefined]);
    // A Date has no fractions, and an answer takes its time.
    expect(after).toBeLessThanOrEqual(seconds * 1000 + 1);
    expect(after).toBeGreaterThan(seconds * 1000 - 10_000);
  },
);
