import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The folder cannot be used; the message begins with its name. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/** How long a start waits for a predecessor that was just killed or is still stopping. */
const TIMEOUT_MS = 2000;
const RETRY_MS = 100;

/**
 * Makes the directory and keeps every other start out of it. The lock is a listening socket named after the
 * directory, so that the system itself gives it back when its holder dies, however it dies.
 *
 * @returns a function that gives the directory back
 * @throws FolderError when the directory cannot be used or another start holds it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const address = lockAddress(await makeWritable(folder));
  const giveUpAt = Date.now() + TIMEOUT_MS;
  for (;;) {
    const server = await tryListen(address);
    if (server !== undefined) {
      return async () => {
        server.close();
        await once(server, 'close');
      };
    }
    if (Date.now() > giveUpAt) {
      throw new FolderError(`${folder} is in use by another start: stop that one, or name another folder`);
    }
    await delay(RETRY_MS);
  }
}

/** @returns the directory's one true name */
async function makeWritable(folder: string): Promise<string> {
  try {
    await makeFolder(folder);
    const probe = path.join(folder, '.writable');
    await writeFile(probe, '');
    await rm(probe, { force: true });
    return await realpath(folder);
  } catch (error) {
    const code = errorCode(error) ?? String(error);
    throw new FolderError(`${folder} cannot be written (${code}): name one that can`);
  }
}

/** One folder after the other: with `recursive`, Node tries for ever where a folder cannot hold one, such as /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const code = errorCode(error);
    const parent = path.dirname(folder);
    if (code === 'ENOENT' && parent !== folder && !(await isFolder(parent))) {
      await makeFolder(parent);
      await makeFolder(folder);
    } else if (code !== 'EEXIST' || !(await isFolder(folder))) {
      throw error;
    }
  }
}

function errorCode(error: unknown): string | undefined {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

async function isFolder(name: string): Promise<boolean> {
  return await stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Abstract on Linux and a pipe on Windows, which vanish with their holder; elsewhere a file, which may stay. */
function lockAddress(directory: string): string {
  const name = `jobwatch-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return path.join(tmpdir(), `${name}.sock`);
}

async function tryListen(address: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  server.listen(address);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (errorCode(error) !== 'EADDRINUSE') throw error;
    if (path.isAbsolute(address) && !(await isHeld(address))) await rm(address, { force: true });
    return undefined;
  }
}

/** Whether somebody listens behind the socket's file. */
async function isHeld(file: string): Promise<boolean> {
  const socket = connect(file);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
