import { strToU8, zipSync } from 'fflate';

/** `-rw-r--r--`, a regular file: where a zip made on Unix keeps it. */
const MODE = (0o100644 << 16) >>> 0;
const UNIX = 3;

/**
 * The zip of a function, with `index.js` and what lies beside it at its root. The same code gives the same bytes, whenever and
 * wherever it is zipped.
 */
export function zipCode(code: Uint8Array, beside: Readonly<Record<string, string>>): Uint8Array {
  // A zip has no time zone and no year before 1980: the same local noon everywhere.
  const mtime = new Date(1980, 0, 1, 12);
  return zipSync({ 'index.js': code, ...bytesOf(beside) }, { level: 9, mtime, attrs: MODE, os: UNIX });
}

function bytesOf(files: Readonly<Record<string, string>>): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]));
}
