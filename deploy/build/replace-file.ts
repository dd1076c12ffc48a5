import { rename, writeFile } from 'node:fs/promises';

/** Writes aside and renames: a reader never sees half a file. */
export async function replaceFile(file: string, contents: string | Uint8Array): Promise<void> {
  const aside = `${file}.${process.pid}.part`;
  await writeFile(aside, contents);
  await rename(aside, file);
}
