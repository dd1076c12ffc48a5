import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Runs a program that lies beside this file as if it had been called itself: it reads its own arguments. */
export async function runBeside(name: string, args: readonly string[]): Promise<void> {
  const file = path.join(__dirname, `${name}.mjs`);
  process.argv = [process.execPath, file, ...args];
  await import(pathToFileURL(file).href);
}
