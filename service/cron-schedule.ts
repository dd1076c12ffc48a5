import { Cron } from 'croner';

interface Field {
  name: string;
  min: number;
  max: number;
  names?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** In the order of the pattern [doc 583/9708]. */
const FIELDS: readonly Field[] = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of week', min: 0, max: 6, names: WEEKDAYS },
  { name: 'year', min: 1970, max: 2099 },
];

/** The four wildcards of the documentation and no others: `*`, `a-b`, `…/step`, and commas between such parts. */
const PART = /^(?:\*|([0-9]+|[A-Z]+)(?:-([0-9]+|[A-Z]+))?)(?:\/[0-9]+)?$/;

/**
 * The times at which a timer with this cron fires: second, minute, hour, day of month, month, day of week, year. When
 * both days are named, either is enough [doc]. In UTC: the platform's zone is not documented [guess].
 *
 * @throws Error whose message says what was expected, such as `a cron with a second of 0–59`
 */
export function cronSchedule(pattern: string): Cron {
  const parts = pattern.split(' ');
  if (parts.length !== FIELDS.length) {
    throw new Error(
      `a cron of ${FIELDS.length} fields with one space between (${FIELDS.map(({ name }) => name).join(', ')})`,
    );
  }
  for (const [index, field] of FIELDS.entries()) {
    if (!isField(parts[index] ?? '', field)) throw new Error(`a cron with a ${describe(field)}`);
  }
  const schedule = parse(pattern);
  if (schedule.nextRun(new Date(0)) === null) throw new Error('a cron with a day that exists');
  return schedule;
}

function isField(text: string, { min, max, names = [] }: Field): boolean {
  const isValue = (value: string | undefined) =>
    value === undefined || names.includes(value) || (Number(value) >= min && Number(value) <= max);
  return text.split(',').every((part) => {
    const match = PART.exec(part);
    return match !== null && isValue(match[1]) && isValue(match[2]);
  });
}

function describe({ name, min, max, names }: Field): string {
  return `${name} of ${min}–${max}${names === undefined ? '' : ` or ${names[0]}–${names.at(-1)}`}, or of * , - /`;
}

function parse(pattern: string): Cron {
  try {
    // The platform takes `1/10` for every tenth from the first on [doc].
    return new Cron(pattern, { mode: '7-part', timezone: 'UTC', sloppyRanges: true });
  } catch {
    // Left are ranges that run backwards and steps that lead nowhere.
    throw new Error('a cron whose ranges run forwards and whose steps fit into them');
  }
}
