import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { CliError, EXIT } from './exit-codes.ts';
import type { Translate } from './text.ts';

const DEFAULT_URL = 'http://127.0.0.1:3000';
const PROJECT_FILE = '.jobwatch.json';
/** Others may read it, or write it. */
const OTHERS = 0o077;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** What every verb takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly tokenStdin?: boolean;
  readonly bucket?: string;
  readonly region?: string;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly timeout?: string;
}

export interface Settings {
  readonly url: string;
  readonly token: string | undefined;
  /** how long jobs are waited for, and a refusal that may pass */
  readonly timeoutMs: number;
}

interface Config {
  readonly url?: string;
  readonly token?: string;
  readonly tokenFile?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where the API is and who asks: a flag counts more than the environment, that more than the project's file, and that more
 * than the user's own.
 *
 * @throws CliError naming the setting
 */
export function readSettings(options: GlobalOptions, env: Environment, t: Translate): Settings {
  const home = path.join(
    env['XDG_CONFIG_HOME'] || path.join(homedir(), '.config'),
    'jobwatch',
    'config.json',
  );
  const own = readConfig(home, t);
  if (own.token !== undefined) refuseOpenFile(home, t);
  const project = readConfig(PROJECT_FILE, t);
  if (project.token !== undefined)
    throw new CliError(EXIT.usage, t('tokenInProject', { file: PROJECT_FILE, home }));
  const url = options.url ?? env['JOBWATCH_URL'] ?? project.url ?? own.url ?? DEFAULT_URL;
  return { url, token: tokenOf(options, env, own, t), timeoutMs: durationMs(options.timeout ?? '10m', t) };
}

function tokenOf(options: GlobalOptions, env: Environment, own: Config, t: Translate): string | undefined {
  if (options.tokenStdin) return readFileSync(0, 'utf8').trim();
  if (options.tokenFile !== undefined) return readToken(options.tokenFile, t);
  if (env['JOBWATCH_TOKEN']) return env['JOBWATCH_TOKEN'];
  if (own.tokenFile !== undefined) return readToken(own.tokenFile, t);
  return own.token;
}

function readToken(file: string, t: Translate): string {
  refuseOpenFile(file, t);
  return readFileSync(file, 'utf8').trim();
}

function readConfig(file: string, t: Translate): Config {
  if (!existsSync(file)) return {};
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Told below, as what is no object.
  }
  const isConfig = (some: unknown): some is Config =>
    typeof some === 'object' &&
    some !== null &&
    Object.entries(some).every(
      ([name, text]) => ['url', 'token', 'tokenFile'].includes(name) && typeof text === 'string',
    );
  if (!isConfig(value)) throw new CliError(EXIT.usage, t('badConfig', { file }));
  return value;
}

function refuseOpenFile(file: string, t: Translate): void {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) throw new CliError(EXIT.usage, `${file}: ENOENT`);
  if (process.platform !== 'win32' && (stat.mode & OTHERS) !== 0)
    throw new CliError(EXIT.usage, t('openFile', { file }));
}

function durationMs(text: string, t: Translate): number {
  const [, number, unit] = /^(\d{1,6})(s|m|h)?$/.exec(text) ?? [];
  if (number === undefined) throw new CliError(EXIT.usage, t('badDuration', { value: text }));
  return Number(number) * (SECONDS[unit ?? 's'] ?? 1) * 1000;
}
