import { buffer } from 'node:stream/consumers';
import { fromBuffer } from 'yauzl';

export interface Entry {
  name: string;
  contents: Buffer;
  /** Type and permissions, as Unix keeps them. */
  mode: number;
  /** As it stands in the zip, without a time zone. */
  date: string;
}

/** Reads a zip with somebody else's code. */
export async function unzip(zip: Uint8Array): Promise<Entry[]> {
  const file = await new Promise<import('yauzl').ZipFile>((resolve, reject) => {
    fromBuffer(Buffer.from(zip), { lazyEntries: true }, (error, opened) =>
      error ? reject(error) : resolve(opened),
    );
  });
  const entries: Entry[] = [];
  await new Promise<void>((resolve, reject) => {
    file.on('error', reject);
    file.on('end', resolve);
    file.on('entry', (entry) => {
      file.openReadStream(entry, async (error, stream) => {
        if (error) return reject(error);
        entries.push({
          name: entry.fileName,
          contents: await buffer(stream),
          mode: entry.externalFileAttributes >>> 16,
          date: dosDate(entry.lastModFileDate, entry.lastModFileTime),
        });
        file.readEntry();
      });
    });
    file.readEntry();
  });
  return entries;
}

function dosDate(date: number, time: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${1980 + (date >> 9)}-${two((date >> 5) & 15)}-${two(date & 31)}`;
  return `${day} ${two(time >> 11)}:${two((time >> 5) & 63)}`;
}
