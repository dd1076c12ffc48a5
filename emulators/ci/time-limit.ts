/**
 * Runs `work` with a signal that aborts when the time is up, or when `outer` does. The running timer holds it: Node 20
 * forgets a signal of AbortSignal.timeout that nothing but AbortSignal.any refers to.
 */
export async function withTimeLimit<T>(
  limitMs: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const stop = () => own.abort();
  const timer = setTimeout(stop, limitMs);
  if (outer?.aborted) stop();
  outer?.addEventListener('abort', stop);
  try {
    return await work(own.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
  }
}
