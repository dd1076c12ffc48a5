import type { ObjectStore } from './object-store.ts';
import { readSidecar, type Sidecar, saveSidecar } from './sidecar.ts';

/** The listener has got hold of what was announced, unless something newer has taken its place. */
export function noteDelivered(
  objects: ObjectStore,
  { key, etag }: Pick<Sidecar, 'key' | 'etag'>,
): Promise<void> {
  return objects.withPlace(key, async (place) => {
    const known = await readSidecar(place.sidecar);
    if (known?.key !== key || known.announced !== etag) return;
    await saveSidecar(place, { ...known, delivered: true }, objects.tmp);
  });
}
