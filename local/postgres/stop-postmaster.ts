import type { Postmaster } from './run-postmaster.ts';

/** After this long a fast shutdown becomes an immediate one, from which the next start recovers. */
const FAST_SHUTDOWN_MS = 5000;

/** Ends all connections, then the server; resolves when it has ended. */
export async function stopPostmaster({ process, ended }: Postmaster): Promise<void> {
  process.kill('SIGINT');
  const late = setTimeout(() => process.kill('SIGQUIT'), FAST_SHUTDOWN_MS);
  await ended;
  clearTimeout(late);
}
