import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What is set in the shell, and below it what stands in `.env.<stage>`, or in `.env` when there is no such file: as
 * deploying reads them. There a `$` of a value is written `\$`.
 */
export function stageEnvironment(folder: string, stage: string, env: Environment): Environment {
  const text =
    readIfThere(path.join(folder, `.env.${stage}`)) ?? readIfThere(path.join(folder, '.env')) ?? '';
  const stored = Object.entries(parseEnv(text)).map(([name, value]) => [name, value?.replaceAll('\\$', '$')]);
  return { ...Object.fromEntries(stored), ...env };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
