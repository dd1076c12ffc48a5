/** The window opens this long before now, so that a server whose clock is a little behind still accepts it. */
const KEY_TIME_BACKDATE_SECONDS = 60;
/** The start is rounded down to this, so that one SignKey serves every request of the minute. */
const KEY_TIME_STEP_SECONDS = 60;
const KEY_TIME_LENGTH_SECONDS = 900;

/** `<start>;<end>` in unix seconds: the time in which a signature holds. */
export function keyTimeAt(nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000) - KEY_TIME_BACKDATE_SECONDS;
  const start = seconds - (seconds % KEY_TIME_STEP_SECONDS);
  return `${start};${start + KEY_TIME_LENGTH_SECONDS}`;
}
