import { lstat, rm } from 'node:fs/promises';
import type { ObjectStore } from '../objects/object-store.ts';
import { openPlain } from '../objects/open-plain.ts';
import { readFileInfo } from '../objects/read-file-info.ts';
import { isFor, readSidecar, type Sidecar, saveSidecar } from '../objects/sidecar.ts';

/** The sidecar of a file that is as it was when it was last announced, or written by the service. Never reads the content. */
export function announcedInfo(objects: ObjectStore, key: string): Promise<Sidecar | undefined> {
  return objects.withPlace(key, async (place) => {
    const stats = await lstat(place.data, { bigint: true }).catch(() => undefined);
    const known = await readSidecar(place.sidecar);
    const isKnown = stats !== undefined && known?.key === key && isFor(known, stats);
    return isKnown && known.announced === known.etag ? known : undefined;
  });
}

/**
 * Reads a file put by hand and notes that its content is being announced. `undefined` when there is nothing new to
 * announce: the content is the one announced before, or the file is not where this key's object lies.
 */
export function noteAnnounced(objects: ObjectStore, key: string): Promise<Sidecar | undefined> {
  return objects.withPlace(key, async (place) => {
    if (place.data !== objects.folders.plainPlace(key)?.data) return undefined;
    const handle = await openPlain(place.data);
    if (handle === undefined) return undefined;
    try {
      const info = await readFileInfo(objects, key, place, handle);
      // Changed while it was read: the sums may be of half of it.
      if (info === undefined || !isFor(info, await handle.stat({ bigint: true }))) return undefined;
      if (info.announced === info.etag) return undefined;
      await saveSidecar(place, { ...info, announced: info.etag, delivered: false }, objects.tmp);
      return info;
    } finally {
      await handle.close();
    }
  });
}

/** Forgets a file that was removed by hand, so that the same content put there again is a new object. */
export function noteRemoved(objects: ObjectStore, key: string): Promise<void> {
  return objects.withPlace(key, async () => {
    const plain = objects.folders.plainPlace(key);
    if (plain === undefined) return;
    const stats = await lstat(plain.data).catch(() => undefined);
    if (stats === undefined) await rm(plain.sidecar, { force: true });
  });
}
