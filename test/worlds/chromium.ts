import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** What Debian, Ubuntu, Fedora, Arch and Google call it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/**
 * The path of a Chromium: `CHROMIUM`, else the first in the usual places.
 * @throws Error with one sentence that says how to get one
 */
export function findChromium(environment: Readonly<Record<string, string | undefined>>): string {
  const named = environment['CHROMIUM'];
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return named;
    throw new Error(`CHROMIUM: expected the path of a program, got "${named}"`);
  }
  const folders = (environment['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const places = folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  const found = [...places, MAC].find(isProgram);
  if (found === undefined) {
    throw new Error(
      'No Chromium was found for the tests of pages: install one (on Debian: apt-get install chromium fonts-wqy-microhei), or set CHROMIUM to the path of one.',
    );
  }
  return found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
