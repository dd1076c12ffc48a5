import { afterEach, expect, test as it } from 'vitest';
import { cronSchedule } from '../../service/cron-schedule.ts';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

/** The next times after 2026-01-01T00:00:00Z, which was a Thursday. */
const timesOf = (pattern: string, count: number) =>
  cronSchedule(pattern)
    .nextRuns(count, new Date('2026-01-01T00:00:00Z'))
    .map((date) => date.toISOString().slice(0, 19));

it.each([
  ['*/10 * * * * * *', ['2026-01-01T00:00:10', '2026-01-01T00:00:20']],
  ['30 5 4 * * * *', ['2026-01-01T04:05:30', '2026-01-02T04:05:30']],
  ['0 1/10 * * * * *', ['2026-01-01T00:01:00', '2026-01-01T00:11:00']],
  ['0 0 10,14 * * * *', ['2026-01-01T10:00:00', '2026-01-01T14:00:00']],
  ['0 */30 9-17 * * * *', ['2026-01-01T09:00:00', '2026-01-01T09:30:00']],
  ['0 15 10 * * MON-FRI *', ['2026-01-01T10:15:00', '2026-01-02T10:15:00', '2026-01-05T10:15:00']],
  ['0 0 0 * * 0 *', ['2026-01-04T00:00:00', '2026-01-11T00:00:00']],
  ['0 0 0 29 FEB * *', ['2028-02-29T00:00:00', '2032-02-29T00:00:00']],
  ['0 0 0 1 1 * 2027,2099', ['2027-01-01T00:00:00', '2099-01-01T00:00:00']],
  // A day of the month or a day of the week.
  ['0 0 0 3 * SUN *', ['2026-01-03T00:00:00', '2026-01-04T00:00:00', '2026-01-11T00:00:00']],
])('%s means %j', (pattern, times) => {
  expect(timesOf(pattern, times.length)).toEqual(times);
});

it('a cron is read in UTC, wherever the machine stands', () => {
  process.env['TZ'] = 'Asia/Shanghai';
  expect(new Date(0).getHours()).toBe(8);
  expect(timesOf('0 0 3 * * * *', 1)).toEqual(['2026-01-01T03:00:00']);
});

it.each([
  ['* * * * *', /^a cron of 7 fields .*second, minute, hour, day of month, month, day of week, year/],
  ['*/10 * * * * *', /7 fields/],
  ['*/10  * * * * * *', /7 fields with one space between/],
  ['@daily', /7 fields/],
  ['2026-01-01T00:00:00Z', /7 fields/],
  ['60 * * * * * *', /^a cron with a second of 0–59, or of \* , - \/$/],
  ['0 60 * * * * *', /minute of 0–59/],
  ['0 0 24 * * * *', /hour of 0–23/],
  ['0 0 0 0 * * *', /day of month of 1–31/],
  ['0 0 0 1,32 * * *', /day of month of 1–31/],
  ['0 0 0 * 13 * *', /month of 1–12 or JAN–DEC/],
  ['0 0 0 * MON * *', /month of 1–12 or JAN–DEC/],
  ['0 0 0 * * 7 *', /day of week of 0–6 or SUN–SAT/],
  ['0 0 0 * * * 1969', /year of 1970–2099/],
  ['0 0 0 * * * 2100', /year of 1970–2099/],
  // What croner knows beyond the platform.
  ['0 0 0 L * * *', /day of month/],
  ['0 0 0 15W * * *', /day of month/],
  ['0 0 0 ? * * *', /day of month/],
  ['0 0 0 * * FRI#2 *', /day of week/],
  ['0 0 0 * * +MON *', /day of week/],
  ['*/0 * * * * * *', /^a cron whose ranges run forwards/],
  ['0 30-10 * * * * *', /^a cron whose ranges run forwards/],
  ['0 0 0 31 2 * *', /^a cron with a day that exists$/],
])('%s is refused', (pattern, expected) => {
  expect(() => cronSchedule(pattern)).toThrow(expected);
});
