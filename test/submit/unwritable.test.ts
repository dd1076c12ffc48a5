import { expect, it } from 'vitest';
import { startWorld, submission } from '../worlds/submit-world.ts';

it.each([
  ['a character', { Input: { Object: 'clips/\u0001.mp4' } }, 'Input.Object'],
  ['a name', { 'no element': 'x' }, 'no element'],
])('%s that XML cannot carry is refused before anything is intended', async (_, change, field) => {
  const world = await startWorld();
  const { body, ...ask } = submission();
  const { status, json } = await world.submit('/jobs', {
    ...ask,
    body: JSON.stringify({ ...JSON.parse(body), ...change }),
  });
  expect(status).toBe(400);
  expect(json['detail']).toContain(field);
  const [row] = await world.sql`select count(*)::int as count from intents`;
  expect(row?.['count']).toBe(0);
});
