import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RuledWorld } from './ruled-world.ts';
import { BUCKET } from './test-cloud.ts';

/** How often a prefix is listed. */
export const EVERY_SECONDS = 900;

/** Objects of which no event tells, last written so many seconds ago. */
export async function place(world: RuledWorld, keys: readonly string[], agoSeconds = 0): Promise<void> {
  const seconds = Date.now() / 1000 - agoSeconds;
  for (let from = 0; from < keys.length; from += 200) {
    await Promise.all(
      keys.slice(from, from + 200).map(async (key) => {
        const file = path.join(world.cloud.dataDir, 'buckets', BUCKET, key);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, `clip ${key}`);
        await utimes(file, seconds, seconds);
      }),
    );
  }
}

/** Lets a listing come to its turn, and gives the keys of which CI has jobs then. */
export async function reconciled(world: RuledWorld): Promise<string[]> {
  await world.pass(EVERY_SECONDS);
  await world.recheck();
  return await world.inputsAtCi();
}
