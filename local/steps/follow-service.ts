import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isOneSentence } from '../start-error.ts';

/** Editors write a file in several steps: how long it is to be quiet before it is read. */
const QUIET_MS = 100;

/**
 * Calls `restart`, once, when serverless.yml says something else and that can be started. What is wrong with it is
 * told, and what runs goes on.
 *
 * @param check reads it. @throws StartError or ServiceError in one sentence
 * @returns what ends the watch
 */
export async function followService(
  file: string,
  check: () => void,
  say: (text: string) => void,
  restart: () => void,
): Promise<() => Promise<void>> {
  let known = await readFile(file, 'utf8');
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const text = await readFile(file, 'utf8').catch(() => known);
    if (text === known) return;
    known = text;
    try {
      check();
    } catch (error) {
      return say(`service  ${isOneSentence(error) ? error.message : error}; what runs goes on`);
    }
    watcher.close();
    say(`service  ${path.basename(file)} has changed: everything is started anew`);
    restart();
  }

  // The folder, since many editors put a new file in the place of the old one.
  const watcher = watch(path.dirname(file), (_event, name) => {
    if (name !== path.basename(file)) return;
    clearTimeout(timer);
    timer = setTimeout(look, QUIET_MS);
  });
  return async () => {
    clearTimeout(timer);
    watcher.close();
  };
}
