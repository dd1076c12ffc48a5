import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadHandler } from '../worlds/load-function.ts';
import { logged } from '../worlds/logged.ts';
import { ruleOf, startRuledWorld } from '../worlds/ruled-world.ts';

it("the uploader's signature, which an event carries, stands in no log line", async () => {
  const text = readFileSync(new URL('../fixtures/cos-event.json', import.meta.url), 'utf8');
  expect(text).toContain('CANARY-uploader-signature');
  const [record] = JSON.parse(text).Records;
  const unreadable = { ...record, cos: { ...record.cos, cosBucket: {} } };
  const lines = logged();
  const rules = [ruleOf()];
  const world = await startRuledWorld(rules, { LOG_LEVEL: 'debug' });
  const onObject = await loadHandler('on-object', world.env, rules);
  const context = { request_id: 'r', time_limit_in_ms: 60_000 };
  await onObject({ Records: [record, unreadable, 'CANARY', null] }, context);
  await onObject(text, context);
  expect(await world.inputsAtCi()).toEqual(['clips/a & b%.mp4']);
  await world.sql`drop table object_versions`;
  await expect(onObject({ Records: [record] }, context)).rejects.toThrow();
  expect(lines().map(({ level }) => level)).toEqual(expect.arrayContaining(['info', 'warn', 'error']));
  expect(JSON.stringify(lines())).not.toContain('CANARY');
  const stored = await world.sql`select intents::text as intent from intents`;
  expect(JSON.stringify(stored)).not.toContain('CANARY');
});
