import type { FileHandle } from 'node:fs/promises';
import { checksumsOf } from './checksum.ts';
import { contentTypeOf } from './content-type.ts';
import type { ObjectPlace } from './object-place.ts';
import { isFor, makeSidecar, readSidecar, type Sidecar, saveSidecar } from './sidecar.ts';

/**
 * The sidecar's word, or, for a file that somebody put or changed by hand, what its content says; that is then kept.
 * `undefined` when it is no file.
 */
export async function readFileInfo(
  { bucket, tmp }: { bucket: string; tmp: string },
  key: string,
  place: ObjectPlace,
  handle: FileHandle,
): Promise<Sidecar | undefined> {
  const stats = await handle.stat({ bigint: true });
  if (!stats.isFile()) return undefined;
  const known = await readSidecar(place.sidecar);
  if (known?.key === key && isFor(known, stats)) return known;
  const about = { contentType: contentTypeOf(key), lastModified: Number(stats.mtimeMs), headers: {} };
  const made = makeSidecar({ bucket, key }, await checksumsOf(handle), stats, about);
  const { announced, delivered = false } = known?.key === key ? known : {};
  const sidecar: Sidecar = announced === undefined ? made : { ...made, announced, delivered };
  await saveSidecar(place, sidecar, tmp);
  return sidecar;
}
