import { setTimeout as delay } from 'node:timers/promises';
import { commandLines } from '../../worlds/command-lines.ts';
import type { Violation } from './violation.ts';

/** Guards end what they watch when the pipe to them closes, which takes a moment. */
const PATIENCE_MS = 3000;
const LOOK_EVERY_MS = 100;

/** After the stop nothing of the soak runs any more: no part, no instance, no ffmpeg, no PostgreSQL. */
export async function checkStopped(folder: string, notWell: readonly string[]): Promise<Violation[]> {
  const promise = 'nothing outlives the stop';
  let left = await running(folder);
  for (let waited = 0; left.length > 0 && waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
    await delay(LOOK_EVERY_MS);
    left = await running(folder);
  }
  return [
    ...notWell.map((detail) => ({ promise, detail })),
    ...left.map(({ pid, command }) => ({
      promise,
      detail: `process ${pid} still runs: ${command.slice(0, 200)}`,
    })),
  ];
}

async function running(folder: string): ReturnType<typeof commandLines> {
  return (await commandLines()).filter(({ pid, command }) => command.includes(folder) && pid !== process.pid);
}
