const BEIJING_OFFSET_MS = 8 * 3_600_000;

/** `2017-05-16 20:00:00`, as the API takes and writes it; that it means Beijing's time is a guess. */
export function beijingTime(milliseconds: number): string {
  return new Date(milliseconds + BEIJING_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** The same read back, as unix milliseconds. */
export function parseBeijingTime(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`) - BEIJING_OFFSET_MS;
}
