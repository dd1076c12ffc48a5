import type { Language } from '../shared/words/words.ts';

const LOCALES = { en: 'en-GB', zh: 'zh-CN' } as const;
const UNITS = [
  [86_400, { en: 'd', zh: '天' }],
  [3600, { en: 'h', zh: '小时' }],
  [60, { en: 'min', zh: '分钟' }],
  [1, { en: 's', zh: '秒' }],
] as const;

/** `2.2 s`, `4 min`, `3 h`: as exact as somebody who looks wants it. */
export function duration(seconds: number | null | undefined, language: Language): string {
  if (seconds === null || seconds === undefined) return '–';
  const [length, names] = UNITS.find(([unit]) => seconds >= unit) ?? UNITS[3];
  const value = seconds / length;
  const digits = value < 10 && (length === 1 ? !Number.isInteger(value) : length === 60 && seconds % 60 > 2);
  return `${value.toFixed(digits ? 1 : 0)} ${names[language]}`;
}

/** `242 KB`: of 1 024, as file managers count. */
export function bytes(count: number | null | undefined): string {
  if (count === null || count === undefined) return '–';
  const power = Math.min(3, Math.floor(Math.log2(Math.max(count, 1)) / 10));
  const value = count / 1024 ** power;
  return `${value >= 10 || power === 0 ? Math.round(value) : value.toFixed(1)} ${['B', 'KB', 'MB', 'GB'][power]}`;
}

export function count(value: number, language: Language): string {
  return value.toLocaleString(LOCALES[language]).replaceAll(',', ' ');
}

/** The time of a day, on a clock of 24 hours; another day with its date. */
export function clockTime(iso: string, language: Language, now = Date.now()): string {
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date(now).toDateString();
  return at.toLocaleString(LOCALES[language], {
    hour12: false,
    hour: '2-digit',
    minute: '2-digit',
    ...(isToday ? { second: '2-digit' } : { month: 'short', day: 'numeric' }),
  });
}

/** What stands behind a time when somebody points at it. */
export function utcTime(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$|Z$/, '');
}
