import type { Api } from '../../../client/client.ts';
import type { CloudAccess } from '../cloud-access.ts';
import type { DeployedFunctions } from '../deployed-functions.ts';

/** What is put to the proof. */
export interface Deployment {
  readonly api: Api;
  /** where the API answers */
  readonly url: URL;
  readonly token: string | undefined;
  readonly cloud: CloudAccess;
  /** undefined for the stack on this machine, which no account holds */
  readonly functions: DeployedFunctions | undefined;
  /** unix milliseconds: nothing is waited for any longer */
  readonly deadlineMs: number;
  readonly pause: () => Promise<void>;
  /** counts a request that is made */
  readonly count: () => void;
}

/** Asks again until it is there; undefined when the time is up. @param withinMs less than what is left of all the time */
export async function untilThere<T>(
  { deadlineMs, pause, cloud }: Deployment,
  look: () => Promise<T | undefined>,
  withinMs = Number.POSITIVE_INFINITY,
): Promise<T | undefined> {
  const untilMs = Math.min(deadlineMs, cloud.now() + withinMs);
  for (;;) {
    const found = await look();
    if (found !== undefined || cloud.now() >= untilMs) return found;
    await pause();
  }
}
