import { errorCode } from '../../shared/ci/error-code.ts';

/** What a check found. */
export interface Finding {
  /** `skipped`: it could not be looked at, and nothing follows from that. */
  readonly ok: boolean | 'skipped';
  /** One line; never a secret. */
  readonly text: string;
  /** What to do about it, when it is not ok. */
  readonly remedy?: string;
}

export interface Check {
  /** What is looked at, in case there is no more to say than that it failed. */
  readonly about: string;
  /** The signal aborts when nobody waits for the finding any more. */
  readonly run: (signal: AbortSignal) => Promise<Finding>;
}

export function fine(text: string): Finding {
  return { ok: true, text };
}

export function wrong(text: string, remedy: string): Finding {
  return { ok: false, text, remedy };
}

export function skipped(text: string): Finding {
  return { ok: 'skipped', text };
}

/** Why something failed, in few words. The code of a network error says more than fetch's "fetch failed". */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return errorCode(error) ?? errorCode(error.cause) ?? error.message;
}
