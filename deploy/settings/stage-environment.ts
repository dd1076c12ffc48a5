import { createRequire } from 'node:module';
import path from 'node:path';
import type { Environment } from '../../shared/environment.ts';

type Settings = Record<string, string | undefined>;
interface Loaded {
  parsed?: Settings;
  error?: NodeJS.ErrnoException;
  processEnv?: Settings;
}

interface Readers {
  readonly dotenv: { config(from: { path: string; quiet: true; processEnv: Settings }): Loaded };
  readonly dotenvExpand: { expand(loaded: Loaded): Loaded };
}

/**
 * What is set in the shell, and below it what stands in `.env.<stage>`, or in `.env` when there is no such file: as
 * deploying reads them. There a `$` begins a variable, unless it is written `\$`.
 *
 * @throws Error when a file is there and cannot be read
 */
export function stageEnvironment(folder: string, stage: string, env: Environment): Environment {
  const { dotenv, dotenvExpand } = readersOf(folder);
  const processEnv: Settings = { ...env };
  for (const name of [`.env.${stage}`, '.env']) {
    const loaded = dotenv.config({ path: path.join(folder, name), quiet: true, processEnv });
    const { error } = dotenvExpand.expand({ ...loaded, processEnv });
    if (error === undefined) break;
    if (error.code !== 'ENOENT') throw error;
  }
  return processEnv;
}

/** What the osls of the folder, or else our own, reads these files with, in its own versions: anything else would read some value differently. */
function readersOf(folder: string): Readers {
  const paths = [folder, import.meta.dirname];
  const ofOsls = createRequire(createRequire(import.meta.url).resolve('osls/package.json', { paths }));
  return { dotenv: ofOsls('dotenv'), dotenvExpand: ofOsls('dotenv-expand') };
}
