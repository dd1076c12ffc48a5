/** The first second of 2100: what claims to be later is no time of an event. */
const TIME_END_SECONDS = 4_102_444_800;

/**
 * Whole seconds since 1970 of an event's time. A number [doc], the same as text, or a date with its zone, as events of
 * 2017 had it; undefined for everything else.
 */
export function readSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? secondsOfText(value) : value;
  if (typeof seconds !== 'number') return undefined;
  return seconds >= 0 && seconds < TIME_END_SECONDS ? Math.floor(seconds) : undefined;
}

function secondsOfText(text: string): number | undefined {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  // Without a zone nobody knows whose clock it is.
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text) / 1000
    : undefined;
}

/** An object's size, a number [doc] or the same as text; undefined for everything else. */
export function readBytes(value: unknown): number | undefined {
  const bytes = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0 ? bytes : undefined;
}
