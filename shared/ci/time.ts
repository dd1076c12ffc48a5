const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)([+-]\d\d)(\d\d)$/;

/** No clock of a service that works says anything else; zero times and the end of time are no times. */
const EARLIEST_MS = Date.UTC(2000, 0);
const LATEST_MS = Date.UTC(2100, 0);

/** Whether unix milliseconds may be what a clock showed: only such a time is stored or reckoned with. */
export function isPlausibleTime(ms: number): boolean {
  return ms >= EARLIEST_MS && ms < LATEST_MS;
}

/** Reads CI's `2026-06-27T15:23:12+0800` as unix milliseconds; `-`, '' and anything else give undefined. */
export function parseCiTime(text: string | undefined): number | undefined {
  const [, time, hours, minutes] = TIME.exec(text ?? '') ?? [];
  const ms = Date.parse(`${time}${hours}:${minutes}`);
  return isPlausibleTime(ms) ? ms : undefined;
}

/** Writes unix milliseconds as CI reads them, in UTC and whole seconds. */
export function formatCiTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+0000`;
}
