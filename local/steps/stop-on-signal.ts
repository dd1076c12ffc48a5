const NPM_CHECK_MS = 250;
/** How long stopping may take before the process ends anyway. */
const STOP_TIMEOUT_MS = 10_000;

/**
 * Runs `stop` once and ends the process when it is asked to end: by Ctrl-C, by SIGTERM, or because the npm that
 * started it is gone. Ends with code 0: whoever stops a server has not failed. npm passes on a Ctrl-C that the
 * terminal has sent already, so a second signal means nothing.
 *
 * @returns whether the process is ending
 */
export function stopOnSignal(stop: () => Promise<void>): () => boolean {
  let stopping = false;
  const end = () => {
    if (stopping) return;
    stopping = true;
    console.log('stopping: what was accepted is kept, and the next start goes on with it');
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  if (process.env['npm_lifecycle_event'] !== undefined) {
    // npm passes signals on, but a kill -9 it cannot; the start script has no shell between npm and us.
    const npm = process.ppid;
    setInterval(() => process.ppid !== npm && end(), NPM_CHECK_MS).unref();
  }
  return () => stopping;
}
