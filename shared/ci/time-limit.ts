/** Why a signal of `withTimeLimit` aborted; the code is the one that Node gives to whatever a signal ends. */
export class TimeUp extends Error {
  override readonly name = 'TimeUp';
  readonly code = 'ABORT_ERR';

  constructor() {
    super('time is up');
  }
}

/**
 * Runs `work` with a signal that aborts when the time is up, or when `outer` does. Node 20 forgets a signal of
 * AbortSignal.timeout that only AbortSignal.any refers to at the next garbage collection: here the
 * timer is running and holds the controller for as long as somebody waits.
 */
export function withTimeLimit<T>(
  limitMs: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withAbort(outer, async (own) => {
    const timer = setTimeout(() => own.abort(new TimeUp()), limitMs);
    try {
      return await work(own.signal);
    } finally {
      clearTimeout(timer);
    }
  });
}

/** Runs `work` with a controller of its own, which aborts when `outer` does. Nothing stays behind on `outer`. */
export async function withAbort<T>(
  outer: AbortSignal | undefined,
  work: (own: AbortController) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const follow = () => own.abort(outer?.reason);
  if (outer?.aborted) follow();
  outer?.addEventListener('abort', follow);
  try {
    return await work(own);
  } finally {
    outer?.removeEventListener('abort', follow);
  }
}
