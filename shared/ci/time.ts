const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)([+-]\d\d)(\d\d)$/;

/** Reads CI's `2026-06-27T15:23:12+0800` as unix milliseconds; `-`, '' and anything else give undefined. */
export function parseCiTime(text: string | undefined): number | undefined {
  const [, time, hours, minutes] = TIME.exec(text ?? '') ?? [];
  const ms = Date.parse(`${time}${hours}:${minutes}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Writes unix milliseconds as CI reads them, in UTC and whole seconds. */
export function formatCiTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+0000`;
}
