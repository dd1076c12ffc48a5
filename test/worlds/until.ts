import { vi } from 'vitest';

/** Shorter than the limit of any test: what was waited for is told, and not that a test took too long. */
const GIVEN_UP_AFTER_MS = 4 * 60_000;

/** Waits until the check does not throw any more, and gives what it gives: for things that come, however late. */
export function until<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: GIVEN_UP_AFTER_MS, interval: 10 });
}
