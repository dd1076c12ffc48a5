const CHINA_OFFSET_MS = 8 * 3_600_000;

/** `2026-06-27T15:23:12+0800`, the form of every time that CI answers [doc]. */
export function formatTime(ms: number): string {
  return `${new Date(ms + CHINA_OFFSET_MS).toISOString().slice(0, 19)}+0800`;
}

/** Milliseconds of `2026-01-01T00:00:00+0800`, also with `+08:00`, `Z` or a fraction; `undefined` for anything else. */
export function parseTime(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?)(?:Z|([+-]\d\d):?(\d\d))$/.exec(text);
  if (match === null) return undefined;
  const [, local, hours, minutes] = match;
  const ms = Date.parse(hours === undefined ? `${local}Z` : `${local}${hours}:${minutes}`);
  return Number.isNaN(ms) ? undefined : ms;
}
