import { setTimeout as delay } from 'node:timers/promises';
import { commandLines } from '../worlds/command-lines.ts';
import { BUCKETS } from './places.ts';
import type { Killable } from './plan/killable.ts';
import type { World } from './world/world.ts';

/** Functions and renders take a moment, with seconds between them. */
const HUNT_MS = 5000;
const HUNT_EVERY_MS = 15;

const [ONE, TWO] = BUCKETS;

/**
 * Kills one process, and starts it again after a while unless something else does that.
 *
 * @param pick which one where there are several, 0 to 1
 * @returns whether there was one
 */
export async function killAndRestart(
  world: World,
  what: Killable,
  pick: number,
  downMs: number,
): Promise<boolean> {
  const { runtime, receiver, clouds, database, folder } = world;
  const restart = async (kill: Promise<void>, start: () => Promise<unknown>) => {
    await kill;
    await delay(downMs);
    await start();
    return true;
  };
  switch (what) {
    case 'runtime':
      return await restart(runtime.kill(), () => runtime.start());
    case 'receiver':
      return await restart(receiver.kill(), () => world.startReceiver());
    case 'cloud 1':
      return await restart(clouds[ONE].kill(), () => world.startCloud(ONE));
    case 'cloud 2':
      return await restart(clouds[TWO].kill(), () => world.startCloud(TWO));
    case 'postgres: immediate':
      return await restart(database.kill('SIGQUIT'), () => database.start());
    case 'postgres: kill':
      return await restart(database.kill('SIGKILL'), () => database.start());
    case 'ffmpeg':
      return await killAtWork(folder, '/ci/tmp/render-', pick);
    default:
      return await killAtWork(folder, `/dist/${what}/index.js`, pick);
  }
}

/** One of the processes at work with both on its command line, as soon as there is one. */
async function killAtWork(folder: string, mark: string, pick: number): Promise<boolean> {
  const giveUpAt = performance.now() + HUNT_MS;
  while (performance.now() < giveUpAt) {
    // One that is stopped between events is not at work.
    const atWork = (await commandLines()).filter(
      ({ command, state }) => command.includes(mark) && command.includes(folder) && state !== 'T',
    );
    const victim = atWork[Math.floor(pick * atWork.length)];
    if (victim !== undefined && kill(victim.pid)) return true;
    await delay(HUNT_EVERY_MS);
  }
  return false;
}

/** False when it has ended by itself meanwhile. */
function kill(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
