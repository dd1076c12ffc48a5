import { setTimeout as delay } from 'node:timers/promises';
import { withTimeLimit } from '../../emulators/ci/time-limit.ts';
import { StartError } from '../start-error.ts';

const TIMEOUT_MS = 30_000;
const RETRY_MS = 100;

/**
 * Asks until the address answers with success.
 *
 * @throws StartError with the last answer, when it does not
 */
export function waitUntilAnswering(url: string): Promise<void> {
  return withTimeLimit(TIMEOUT_MS, undefined, (giveUp) => askUntilAnswering(url, giveUp));
}

async function askUntilAnswering(url: string, giveUp: AbortSignal): Promise<void> {
  let last = 'nothing';
  while (!giveUp.aborted) {
    try {
      const response = await fetch(url, { signal: giveUp });
      const text = await response.text();
      if (response.ok) return;
      last = `${response.status} ${text}`;
      // The functions answer 500 and 502 for a wrong setting, which waiting does not mend.
      if (response.status === 500 || response.status === 502) break;
    } catch (error) {
      if (!giveUp.aborted) last = String(error);
    }
    await delay(RETRY_MS);
  }
  throw new StartError(`${url} does not answer with success; it said: ${last}`);
}
