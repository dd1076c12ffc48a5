import { describe, expect, it } from 'vitest';
import { type Asker, loadFunction } from '../worlds/load-function.ts';
import { type Sweeping, startSweeping, UNTIL_DUE_SECONDS } from '../worlds/sweeping.ts';
import { BUCKET, QUEUE, REGION, TAG } from '../worlds/test-cloud.ts';

const WRONG = 'wrong-1250000000';

/** Whoever names no bucket names the wrong one. */
async function startNamed() {
  const world = await startSweeping({ CI_BUCKETS: `${WRONG}@${REGION},${BUCKET}@${REGION}` });
  const submit = await loadFunction('api', world.env);
  return { ...world, submit };
}

async function watch(submit: Asker, id: string, bucket?: string) {
  const { status, json } = await submit('/watches', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    query: bucket === undefined ? {} : { bucket, region: REGION },
    body: JSON.stringify({ JobIds: [id] }),
  });
  expect(status).toBe(202);
  return Object(json['Watches'])[0];
}

/** As three checks leave it of which CI answered none. */
async function closeAsMissing({ sql }: Sweeping, id: string): Promise<void> {
  await sql`
    with closed as (
      update watches set outcome = 'Missing', ended_at = jobwatch_now(), misses = 3 where job_id = ${id}
      returning job_id, state
    ), noted as (
      insert into watch_history (job_id, from_state, to_state, at, source)
      select job_id, state, 'Missing', jobwatch_now(), 'recheck' from closed
      returning job_id, id
    )
    insert into events (id, job_id, bucket, type, at, data)
    select job_id || '-' || id, job_id, ${BUCKET}, 'jobwatch.job.missing', jobwatch_now(), '{}' from noted`;
}

describe('POST /watches opens a watch that was closed as Missing', () => {
  it('in the bucket that is named now, where it is followed to its outcome', async () => {
    const world = await startNamed();
    const [id = ''] = await world.jobs({ count: 1, state: 'Running' });
    expect(await watch(world.submit, id)).toMatchObject({ Bucket: WRONG });
    await closeAsMissing(world, id);
    expect(await watch(world.submit, id, BUCKET)).toMatchObject({
      Bucket: BUCKET,
      Outcome: '',
      State: '',
      EndedAt: null,
      NextCheckAt: expect.any(String),
    });
    // Nothing is told before CI has said something.
    expect(await world.events(id)).toEqual(['jobwatch.job.missing']);
    await world.makeDue([id]);
    await world.sweep();
    await world.setJob(id, { state: 'Success' });
    await world.pass(UNTIL_DUE_SECONDS);
    await world.sweep();
    expect(await world.watchOf(id)).toMatchObject({ outcome: 'Success', misses: 0 });
    expect(await world.history(id)).toEqual([' > Missing', 'Missing > ', ' > Running', 'Running > Success']);
    expect(await world.events(id)).toEqual([
      'jobwatch.job.missing',
      'jobwatch.job.running',
      'jobwatch.job.succeeded',
    ]);
  });

  it('in the same bucket too, though CI described it once; what then ends nobody had told of', async () => {
    const world = await startNamed();
    const [id = ''] = await world.jobs({ count: 1, state: 'Running' });
    await world.watch([id], { Tag: TAG, QueueId: QUEUE });
    await world.sweep();
    await closeAsMissing(world, id);
    await world.sql`
      update watches set hinted_at = jobwatch_now(), intent_id = gen_random_uuid() where job_id = ${id}`;
    await world.setJob(id, { state: 'Success' });
    expect(await watch(world.submit, id, BUCKET)).toMatchObject({ Bucket: BUCKET, Outcome: '' });
    // What others may have written meanwhile it writes over.
    expect(await world.watchOf(id)).toMatchObject({ overtaken: true });
    await world.makeDue([id]);
    expect(await world.sweep()).toMatchObject({ finished: 1, recovered: 1 });
    expect(await world.history(id)).toEqual([' > Running', 'Running > Missing', 'Missing > ', ' > Success']);
  });

  it('and closes it again, with an event of its own, when CI does not know it there either', async () => {
    const world = await startNamed();
    const [id = ''] = await world.jobs({ count: 1, state: 'Running' });
    await world.forget([id]);
    await watch(world.submit, id, BUCKET);
    await closeAsMissing(world, id);
    await watch(world.submit, id, BUCKET);
    for (let check = 0; check < 3; check++) {
      await world.pass(UNTIL_DUE_SECONDS);
      await world.sweep();
    }
    expect(await world.watchOf(id)).toMatchObject({ outcome: 'Missing' });
    expect(await world.events(id)).toEqual(['jobwatch.job.missing', 'jobwatch.job.missing']);
  });

  it.each(['Success', 'Failed', 'Cancel'])('but none of which CI said %s', async (state) => {
    const world = await startNamed();
    const [id = ''] = await world.jobs({ count: 1, state });
    await world.watch([id], { Tag: TAG, QueueId: QUEUE });
    await world.sweep();
    const before = await world.watchOf(id);
    expect(before).toMatchObject({ outcome: state });
    for (const bucket of [undefined, BUCKET]) {
      expect(await watch(world.submit, id, bucket)).toMatchObject({ Bucket: BUCKET, Outcome: state });
    }
    expect(await world.watchOf(id)).toEqual(before);
  });
});

describe('the bucket of an open watch', () => {
  it('is another one when CI did not know the job where it was looked for', async () => {
    const world = await startNamed();
    const [id = ''] = await world.jobs({ count: 1, state: 'Running' });
    await world.watch([id], { Tag: TAG, QueueId: QUEUE });
    await world.sweep();
    // Found by somebody who asked in the right place, and watched in the wrong one.
    await world.sql`update watches set bucket = ${WRONG}, misses = 1 where job_id = ${id}`;
    expect(await watch(world.submit, id, BUCKET)).toMatchObject({ Bucket: BUCKET });
  });

  it('stays where CI knows the job, whatever is named', async () => {
    const world = await startNamed();
    const [id = ''] = await world.jobs({ count: 1, state: 'Running' });
    await world.watch([id], { Tag: TAG, QueueId: QUEUE });
    await world.sweep();
    expect(await watch(world.submit, id)).toMatchObject({ Bucket: BUCKET, State: 'Running' });
  });
});
