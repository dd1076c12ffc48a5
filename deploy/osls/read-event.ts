import { readFile } from 'node:fs/promises';
import { errorCode } from '../../shared/ci/error-code.ts';
import { show } from '../../shared/ci/invalid-field.ts';
import type { CliOptions } from './osls.ts';

/**
 * The event of `invoke`: the JSON of `--data`, else of the file `--path`, else nothing at all.
 *
 * @throws Error when it is no JSON, or both are given
 */
export async function readEvent({ data, path }: CliOptions): Promise<unknown> {
  if (data != null && path != null) throw new Error('expected --data or --path, got both');
  if (typeof path === 'string') return parse(await read(path), path);
  if (typeof data === 'string') return parse(data, '--data');
  return {};
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${where}: expected JSON, got ${show(text)}`);
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Error(
      `--path: expected a file that can be read, got ${path} (${errorCode(error) ?? String(error)})`,
    );
  }
}
