import pLimit from 'p-limit';
import { chunksOf } from '../chunks-of.ts';
import { withAbort } from '../time-limit.ts';
import type { CallOptions } from './client-options.ts';

/** The most ids that one describe or cancel takes [doc 436/120621]. */
export const IDS_PER_REQUEST = 10;
/** Requests of one call that are under way at once. */
const CONCURRENCY = 4;

/** Runs a call per ten ids, a few at once; the first failure stops the others, since a part is of no use. */
export function eachChunk<T>(
  ids: readonly string[],
  call: CallOptions,
  run: (ids: readonly string[], call: CallOptions) => Promise<T>,
): Promise<T[]> {
  return withAbort(call.signal, async (failed) => {
    const { signal } = failed;
    const limit = pLimit(CONCURRENCY);
    const running = chunksOf(ids, IDS_PER_REQUEST).map((chunk) =>
      limit(() => {
        signal.throwIfAborted();
        return run(chunk, { ...call, signal });
      }),
    );
    try {
      return await Promise.all(running);
    } catch (error) {
      failed.abort();
      // Nothing may be left under way when a handler returns: the platform freezes the process.
      await Promise.allSettled(running);
      throw error;
    }
  });
}
