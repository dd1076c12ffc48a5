import { expect, test as it } from 'vitest';
import { readWith, refusalOf, TIMER_EVENTS, URL_EVENT } from '../worlds/valid-service.ts';

it('timers, retries and the limit of instances are read into plain values', () => {
  const [fn] = readWith(
    URL_EVENT,
    `${TIMER_EVENTS}    instances: 4\n    asyncTrigger: { retryNum: 0, msgTTL: 60 }\n`,
  ).functions;
  expect(fn).toMatchObject({
    routes: [],
    timers: [
      { name: 'every-ten-seconds', cron: '*/10 * * * * * *', enabled: true, argument: '' },
      { name: 'daily', cron: '0 0 3 * * * *', enabled: false, argument: 'all' },
    ],
    instances: 4,
    asyncTrigger: { retryNum: 0, msgTTL: 60 },
  });
});

const F = 'functions.describe';
it.each([
  ["cron: '*/10 * * * * * *'", "cron: '*/10 * * * * *'", 17, 'events.0.timer.cron', /7 fields.*got "\*\/10/],
  ["cron: '0 0 3 * * * *'", "cron: '0 0 24 * * * *'", 20, 'events.1.timer.cron', /hour of 0–23.*got "0 0 24/],
  ["          cron: '0 0 3 * * * *'\n", '', 18, 'events.1.timer.cron', /: required, a cron of 7 fields/],
  ['name: daily', 'name: 1daily', 19, 'events.1.timer.name', /a letter first/],
  ['name: daily', `name: ${'d'.repeat(61)}`, 19, 'events.1.timer.name', /1–60/],
  ['name: daily', 'name: every-ten-seconds', 14, 'events', /different names/],
  [
    'enabled: false',
    'enabled: sometimes',
    21,
    'events.1.timer.enabled',
    /expected true or false, got "sometimes"/,
  ],
  ['argument: all', `argument: ${'é'.repeat(2049)}`, 22, 'events.1.timer.argument', /at most 4096 bytes/],
  [
    'argument: all',
    'message: all',
    22,
    'events.1.timer.message',
    /: unknown; known are name, cron, enabled, argument$/,
  ],
  ['- timer:', '- url: { routes: [] }\n        timer:', 15, 'events.0', /one of url, timer and cos/],
])('among timers, %j written as %j is refused on line %i', (part, replacement, line, field, message) => {
  const events = TIMER_EVENTS.replace(part, replacement);
  expect(events).not.toBe(TIMER_EVENTS);
  const refusal = refusalOf(() => readWith(URL_EVENT, events));
  expect(refusal.message).toMatch(message);
  expect(refusal).toMatchObject({ line, field: `${F}.${field}` });
});

it('a function may have ten timers and not one more', () => {
  const timers = (count: number) =>
    Array.from({ length: count }, (_, n) => `      - timer: { name: t${n}, cron: '0 0 0 * * * *' }\n`).join(
      '',
    );
  expect(readWith(URL_EVENT, timers(10)).functions[0]?.timers).toHaveLength(10);
  expect(refusalOf(() => readWith(URL_EVENT, timers(11))).message).toMatch(/at most 10 timers/);
});
