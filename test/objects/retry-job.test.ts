import { describe, expect, it } from 'vitest';
import { acting, endJobs } from '../http/acting.ts';
import { type RuledWorld, ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';
import { operation, submission } from '../worlds/submit-world.ts';

const KEY = 'clips/a.mp4';

async function failedWorld(rule = ruleOf()): Promise<RuledWorld & { id: string }> {
  const world = await startRuledWorld([rule]);
  await world.drop({ key: KEY, etag: 'a', at: 1 });
  const [id = ''] = await endJobs(world, 'Failed');
  return { ...world, id };
}

async function linksOf({ sql }: RuledWorld) {
  return await sql<{ job_id: string; retry_of: string | null; retried_as: string | null }[]>`
    select job_id, retry_of, retried_as from watches order by created_at`;
}

describe('a job that ended badly', () => {
  it.each(['Failed', 'Cancel'])(
    '%s is submitted once more, for the same version, and both say so',
    async (end) => {
      const world = await startRuledWorld([ruleOf()]);
      await world.drop({ key: KEY });
      const [id = ''] = await endJobs(world, end);
      const { status, json } = await acting(world).retry(id);
      expect(status).toBe(202);
      await world.recheck();
      expect(await world.inputsAtCi()).toEqual([KEY, KEY]);
      const [first, second] = await linksOf(world);
      expect(first).toMatchObject({ job_id: id, retried_as: json['Intent'] });
      expect(second).toMatchObject({ retry_of: id });
      const [intent] =
        await world.sql`select attempt, version, rule from intents where id = ${String(json['Intent'])}`;
      expect(intent).toEqual({ attempt: 2, version: 1, rule: 'clips-to-gif' });
    },
  );

  it('Missing is submitted once more', async () => {
    const world = await failedWorld();
    await world.sql`update watches set outcome = 'Missing'`;
    expect((await acting(world).retry(world.id)).status).toBe(202);
  });

  it('is paid for once, however often it is asked for and by how many at once', async () => {
    const world = await failedWorld();
    const { retry, acts } = acting(world);
    const answers = await Promise.all(Array.from({ length: 8 }, () => retry(world.id)));
    expect(new Set(answers.map(({ status, json }) => `${status} ${json['Intent']}`)).size).toBe(1);
    await world.recheck();
    await retry(world.id);
    await world.recheck();
    expect(await world.jobsAtCi()).toHaveLength(2);
    expect(await acts()).toMatchObject([
      { By: 'local', Act: 'job.retry', Subject: world.id, Result: 'ordered' },
    ]);
  });

  it('is superseded at once when a newer version is known', async () => {
    const world = await failedWorld();
    await world.drop({ key: KEY, etag: 'b', at: 2 });
    const { json } = await acting(world).retry(world.id);
    await world.recheck();
    expect(await world.watches({ intent: String(json['Intent']) })).toMatchObject([{ State: 'Superseded' }]);
    expect(await world.jobsAtCi()).toHaveLength(2);
  });

  it('is not retried by its rule too', async () => {
    const world = await failedWorld(ruleOf({ retries: { codes: ['Timeout'], attempts: 2 } }));
    await acting(world).retry(world.id);
    await world.pass(10);
    await world.recheck();
    expect(await world.jobsAtCi()).toHaveLength(2);
  });

  it('that its rule has retried is not paid for again by a person', async () => {
    const world = await failedWorld(ruleOf({ retries: { codes: ['Timeout'], attempts: 2 } }));
    await world.recheck();
    const { status, json } = await acting(world).retry(world.id);
    await world.recheck();
    expect(await world.jobsAtCi()).toHaveLength(2);
    const [first, second] = await linksOf(world);
    expect([status, first?.retried_as, second?.retry_of]).toEqual([202, json['Intent'], world.id]);
    expect(await acting(world).acts()).toEqual([]);
  });

  it('may be retried again once its retry was taken back', async () => {
    const world = await failedWorld();
    const { retry, cancel } = acting(world);
    const { json: first } = await retry(world.id);
    expect((await cancel(String(first['Intent']))).status).toBe(204);
    const { json: second } = await retry(world.id);
    expect(second['Intent']).not.toBe(first['Intent']);
  });
});

describe('another Operation', () => {
  const Operation = {
    Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif', Width: 160 } },
  };

  it('takes the place of the one that failed, and writes where that did', async () => {
    const world = await failedWorld();
    const { retry, acts } = acting(world);
    expect((await retry(world.id, { Operation })).status).toBe(202);
    await world.recheck();
    const again = (await world.jobsAtCi()).find(({ JobId }) => JobId !== world.id);
    expect(again?.Operation).toMatchObject({
      Animation: { Video: { Width: '160' } },
      Output: { Object: 'gifs/a.${ext}' },
    });
    expect((await retry(world.id, { Operation })).status).toBe(202);
    const { status, json } = await retry(world.id, { Operation: operation() });
    expect([status, json['code']]).toEqual([409, 'AlreadyRetried']);
    expect((await acts())[0]?.Detail).toMatchObject({ Operation: { Animation: {} } });
    await world.recheck();
    expect(await world.jobsAtCi()).toHaveLength(2);
  });

  it.each([
    [
      'Width',
      { Operation: { Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif', Width: 1 } } } },
    ],
    ['Operation', { Operation: [operation(), operation()] }],
    ['Tag', { Tag: 'Animation' }],
    ['Operation', { Operation: 'a' }],
  ])('that CI does not take is refused: %s', async (field, body) => {
    const world = await failedWorld();
    const { status, json } = await acting(world).retry(world.id, body);
    expect([status, json['detail']]).toEqual([400, expect.stringContaining(field)]);
    expect(await world.unsettled()).toBe(0);
  });
});

describe('an Idempotency-Key', () => {
  it('gives the same answer for the same order, and refuses another', async () => {
    const world = await failedWorld();
    const { retry } = acting(world);
    const answers = await Promise.all([retry(world.id, undefined, 'k'), retry(world.id, undefined, 'k')]);
    const [intent] = answers.map(({ json }) => json['Intent']);
    for (const { status, json } of answers) expect([status, json['Intent']]).toEqual([202, intent]);
    expect((await retry('another', undefined, 'k')).json['code']).toBe('IdempotencyConflict');
    const taken = await world.submit('/jobs', submission([operation()], { 'idempotency-key': 'k' }));
    expect(taken.json['code']).toBe('IdempotencyConflict');
  });
});

describe('what a caller submitted', () => {
  it('is submitted again by its one Operation, with the caller’s own words', async () => {
    const world = await startRuledWorld();
    const { json } = await world.submit('/jobs', submission([operation('one'), operation('two')]));
    const [, second] = json['JobsDetail'] as { JobId: string }[];
    await endJobs(world, 'Failed', [second?.JobId ?? '']);
    await acting(world).retry(second?.JobId ?? '');
    await world.recheck();
    const jobs = await world.jobsAtCi();
    expect(jobs).toHaveLength(3);
    const { json: told } = await world.describe(`/jobs/${jobs.map(({ JobId }) => JobId).join(',')}`);
    const texts = (told['JobsDetail'] as { Operation: { UserData: string } }[]).map(
      ({ Operation: o }) => o.UserData,
    );
    expect(texts.sort()).toEqual(['one', 'two', 'two']);
  });

  it('by somebody else is submitted again as CI described it', async () => {
    const world = await startRuledWorld();
    const { json } = await world.submit('/jobs', submission([operation('mine')]));
    const [{ JobId }] = json['JobsDetail'] as [{ JobId: string }];
    await endJobs(world, 'Failed', [JobId]);
    await world.sql`update watches set intent_id = null`;
    await world.sql`delete from intents`;
    expect((await acting(world).retry(JobId)).status).toBe(202);
    await world.recheck();
    expect(await world.inputsAtCi()).toEqual([KEY, KEY]);
  });
});

describe('is refused', () => {
  it('a job that nobody watches, that is open, that ended well, of which nothing is known', async () => {
    const world = await startRuledWorld();
    const { retry, acts } = acting(world);
    await world.drop({ key: KEY });
    const [{ JobId = '' } = {}] = await world.jobsAtCi();
    const codeOf = async (id: string) => (await retry(id)).json['code'];
    expect(await codeOf('nobody')).toBe('NotFound');
    expect(await codeOf(JobId)).toBe('NotEnded');
    await endJobs(world, 'Success');
    expect(await codeOf(JobId)).toBe('NotFailed');
    await world.sql`update watches set outcome = 'Missing', job = null, intent_id = null`;
    expect(await codeOf(JobId)).toBe('RequestUnknown');
    expect(await acts()).toEqual([]);
  });
});
