import { createHash } from 'node:crypto';
import { idOf, MAX_CLIP_BYTES, type ObjectPlace } from './places.ts';
import type { ObjectDeed } from './plan/step.ts';
import type { Write } from './world/ledger.ts';
import { copySource } from './world/object-client.ts';
import { marked } from './world/palette.ts';
import type { World } from './world/world.ts';

const NO_BYTES = Buffer.alloc(0);

/** Does something to objects, and notes it in the ledger. `mark` makes the bytes of a new clip its own. */
export async function doDeed(world: World, deed: ObjectDeed, mark: string): Promise<void> {
  const object = writable(world, deed.object);
  switch (deed.do) {
    case 'write':
      for (const [index, colour] of deed.colours.entries()) {
        const other = lastOf(world, object)?.colour === colour ? (colour + 1) % world.palette.length : colour;
        await put(world, object, clip(world, other, `${mark}.${index}`), other, 'write');
      }
      return;
    case 'rewrite':
    case 'restore': {
      const written = world.ledger.of(object).filter(({ etag }) => etag !== '');
      const again = written.at(deed.do === 'rewrite' ? -1 : -2);
      if (again !== undefined) await put(world, object, again.bytes, again.colour, deed.do);
      return;
    }
    case 'touch':
      await copy(world, object, object, 'touch');
      return;
    case 'delete':
      await remove(world, object, 'delete');
      return;
    case 'copy':
    case 'rename': {
      const to = writable(world, deed.to);
      if (idOf(to) === idOf(object)) return;
      const isCopied = await copy(world, object, to, deed.do);
      if (isCopied && deed.do === 'rename') await remove(world, object, 'rename');
      return;
    }
    case 'ignored': {
      const bytes = deed.how === 'empty' ? NO_BYTES : clip(world, 0, mark, MAX_CLIP_BYTES + 1);
      await put(world, object, bytes, deed.how === 'empty' ? undefined : 0, deed.how);
    }
  }
}

function clip({ palette }: World, colour: number, mark: string, atLeastBytes = 0): Buffer {
  return marked(palette[colour] ?? NO_BYTES, mark, atLeastBytes);
}

function lastOf({ ledger }: World, object: ObjectPlace): Write | undefined {
  return ledger.of(object).at(-1);
}

/** COS's clock does not go back under a key: where the soak has set it back, another key is written. */
function writable(world: World, object: ObjectPlace): ObjectPlace {
  const nowMs = Date.now() + world.cloudStates[object.bucket].offsetMs;
  let { key } = object;
  const isAhead = () => (lastOf(world, { ...object, key })?.cloudMs ?? 0) > nowMs;
  while (isAhead()) key = key.replace(/(?=\.[^.]*$)/, '~');
  return { ...object, key };
}

async function put(
  world: World,
  object: ObjectPlace,
  bytes: Buffer,
  colour: number | undefined,
  how: string,
): Promise<void> {
  const etag = createHash('md5').update(bytes).digest('hex');
  await attempt(world, object, { how, etag, colour, bytes }, () =>
    world.objects.call('PUT', object, { body: bytes, headers: { 'content-type': 'video/mp4' } }),
  );
}

async function copy(world: World, from: ObjectPlace, to: ObjectPlace, how: string): Promise<boolean> {
  const last = lastOf(world, from);
  if (last === undefined || last.etag === '' || !last.certain) return false;
  const { etag, colour, bytes } = last;
  return await attempt(world, to, { how, etag, colour, bytes }, () =>
    world.objects.call('PUT', to, { headers: { 'x-cos-copy-source': copySource(from) } }),
  );
}

async function remove(world: World, object: ObjectPlace, how: string): Promise<void> {
  if (lastOf(world, object) === undefined) return;
  await attempt(world, object, { how, etag: '', colour: undefined, bytes: NO_BYTES }, () =>
    world.objects.call('DELETE', object),
  );
}

/** Nothing is noted that certainly did not happen. */
async function attempt(
  world: World,
  object: ObjectPlace,
  write: Pick<Write, 'how' | 'etag' | 'colour' | 'bytes'>,
  call: () => Promise<{ status: number }>,
): Promise<boolean> {
  const cloudMs = Date.now() + world.cloudStates[object.bucket].offsetMs;
  let certain = false;
  try {
    const { status } = await call();
    certain = status < 300;
    if (status === 404) return false;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') return false;
  }
  world.ledger.note(object, { at: Date.now(), cloudMs, certain, ...write });
  return certain;
}
