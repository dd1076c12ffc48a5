import { startProcessGuard } from '../../emulators/process-guard.ts';
import { type PostgresOptions, type PostgresServer, startPostgres } from '../postgres/start-postgres.ts';

/**
 * Starts a PostgreSQL for the functions on DATA_DIR. Only for who holds its lock.
 *
 * @param log gets a line about what takes long or goes wrong
 * @param onClose is given what to undo
 * @returns its URL, which holds a password
 * @throws StartError
 */
export async function startDatabase(
  dataDir: string,
  log: (line: string) => void,
  onClose: (close: () => Promise<void>) => void,
): Promise<string> {
  const starting = startGuarded({ dataDir, log });
  // Whoever is told to stop while it starts stops it as soon as it can be.
  const started = starting.catch(() => undefined);
  onClose(async () => await (await started)?.close());
  return (await starting).url;
}

/** A server that does not outlive this process, however this process ends. */
async function startGuarded(options: PostgresOptions): Promise<Pick<PostgresServer, 'url' | 'close'>> {
  const server = await startPostgres(options);
  const guard = startProcessGuard('INT');
  const hasEnded = guard.watch(server.pid);
  return {
    url: server.url,
    async close() {
      await server.close();
      hasEnded();
      guard.close();
    },
  };
}
