import { beforeEach, expect, it } from 'vitest';
import {
  operation,
  POST_SECONDS,
  SETTLE_SECONDS,
  startWorld,
  submission,
  type World,
} from '../worlds/submit-world.ts';

const OUR_KEY = /^jw1\.[0-9a-f-]{36}\.\d /;

let world: World;
beforeEach(async () => {
  world = await startWorld();
});

async function submitted(userData?: string): Promise<string> {
  const { status } = await world.submit('/jobs', submission([operation(userData)]));
  expect(status).toBe(201);
  const [job] = await world.jobsAtCi();
  expect(job?.Operation?.UserData).toMatch(OUR_KEY);
  return job?.JobId ?? '';
}

it('UserData comes back as the user wrote it in every answer', async () => {
  const texts = [
    'order 4711',
    '  spaces at both ends ',
    '<b>&amp;"\'',
    'jw1.00000000-0000-4000-8000-000000000000.0 what looks like our own key',
    'x'.repeat(960),
  ];
  const created = await world.submit('/jobs', submission(texts.map(operation)));
  expect(created).toMatchObject({ status: 201 });
  expect(textsOf(created.json['JobsDetail'])).toEqual(texts);
  const onTheWire = await world.jobsAtCi();
  expect(onTheWire.every((job) => OUR_KEY.test(job.Operation?.UserData ?? ''))).toBe(true);

  const ids = onTheWire.map((job) => job.JobId).reverse();
  const described = await world.describe(`/jobs/${ids}`);
  expect(textsOf(described.json['JobsDetail'])).toEqual(texts);
  const listed = await world.describe('/jobs', { query: { tag: 'Animation' } });
  expect(textsOf(listed.json['JobsDetail']).reverse()).toEqual(texts);
  const watched = () =>
    Promise.all(ids.map(async (id) => (await world.describe(`/watches/${id}`)).json['Job']));
  expect(textsOf(await watched())).toEqual(texts);
  await world.pass(400);
  expect(await world.recheck()).toMatchObject({ claimed: texts.length });
  expect(textsOf(await watched())).toEqual(texts);
});

function textsOf(jobs: unknown): string[] {
  if (!Array.isArray(jobs)) throw new Error('no jobs');
  return jobs.map((job) => job.Operation.UserData);
}

it('a job without UserData shows none of ours', async () => {
  const id = await submitted();
  for (const path of [`/jobs/${id}`, `/watches/${id}`]) {
    expect((await world.describe(path)).body).not.toContain('jw1.');
  }
});

it('XML has no key of ours either', async () => {
  const id = await submitted('order 4711');
  const { body } = await world.describe(`/jobs/${id}`, { headers: { accept: 'application/xml' } });
  expect(body).toContain('<UserData>order 4711</UserData>');
});

it('a job that was found again has the UserData that the user wrote', async () => {
  await world.cloud.faults({ match: 'CreateMediaJobs', times: 1, phase: 'after', kind: 'reset' });
  await world.submit('/jobs', submission([operation('order 4711')]));
  await world.pass(POST_SECONDS + SETTLE_SECONDS);
  await world.recheck();
  const [watch] = await world.watches();
  const { json } = await world.describe(`/watches/${watch?.JobId}`);
  expect(json).toMatchObject({ Job: { Operation: { UserData: 'order 4711' } } });
});
