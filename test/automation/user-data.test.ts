import { beforeEach, expect, it } from 'vitest';
import { operation, POST_SECONDS, SETTLE_SECONDS, startWorld, submission, type World } from './world.ts';

const OUR_KEY = /^jw1\.[0-9a-f-]{36}\.\d /;

let world: World;
beforeEach(async () => {
  world = await startWorld();
});

async function submitted(userData?: string): Promise<string> {
  const { status, json } = await world.submit('/jobs', submission([operation(userData)]));
  expect(status).toBe(201);
  expect(json).toMatchObject({ JobsDetail: [{ Operation: { UserData: userData ?? '' } }] });
  const [job] = await world.jobsAtCi();
  expect(job?.Operation?.UserData).toMatch(OUR_KEY);
  return job?.JobId ?? '';
}

it.each([
  ['a text', 'order 4711'],
  ['spaces at both ends', '  order 4711 '],
  ['markup', '<b>&amp;"\''],
  ['what looks like our own key', 'jw1.00000000-0000-4000-8000-000000000000.0 order 4711'],
  ['all that CI keeps for a user', 'x'.repeat(960)],
])('UserData comes back as the user wrote it in every answer: %s', async (_, userData) => {
  const id = await submitted(userData);
  const told = { Operation: { UserData: userData } };
  expect((await world.describe(`/jobs/${id}`)).json).toMatchObject({ JobsDetail: [told] });
  const list = await world.describe('/jobs', { query: { tag: 'Animation' } });
  expect(list.json).toMatchObject({ JobsDetail: [told] });
  expect((await world.describe(`/watches/${id}`)).json).toMatchObject({ Job: told });
  await world.pass(400);
  await world.recheck();
  expect((await world.describe(`/watches/${id}`)).json).toMatchObject({ Checks: 1, Job: told });
});

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
