/** The role that owns everything in the cluster, and the database that the functions use. */
export const ROLE = 'jobwatch';
export const DATABASE = 'jobwatch';

/** A small server for one machine that loses nothing it has acknowledged, and that nobody else can reach. */
const SETTINGS: Readonly<Record<string, string | number>> = {
  listen_addresses: '127.0.0.1',
  // No socket in a folder that is shared with other servers.
  unix_socket_directories: '',
  max_connections: 60,
  shared_buffers: '32MB',
  // In the cluster: what a killed server leaves in /dev/shm stays, and a container has little of it.
  dynamic_shared_memory_type: 'mmap',
  fsync: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Straight into the file that it is started with.
  log_destination: 'stderr',
  logging_collector: 'off',
  log_checkpoints: 'off',
};

/** @returns arguments of `postgres`; among equals the last wins, so `flags` may override */
export function postmasterArguments(cluster: string, port: number, flags: readonly string[]): string[] {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', cluster, '-p', String(port), ...settings, ...flags];
}

/** What the programs see of our environment: no credentials, and no PG… variable that would change what they do. */
export function programEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot } = process.env;
  // C, so that the messages we look for are in English.
  return { LC_ALL: 'C', TZ: 'UTC', ...(PATH && { PATH }), ...(SystemRoot && { SystemRoot }) };
}
