import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFfmpeg } from '../../emulators/ci/find-ffmpeg.ts';

const run = promisify(execFile);

/** A real mp4: 3 s of the test picture, 320 × 240, 10 frames a second, a key frame each second, with sound. */
export function makeClip(): Promise<Buffer> {
  return make(
    '-f lavfi -i testsrc=duration=3:size=320x240:rate=10 -f lavfi -i sine=duration=3 -pix_fmt yuv420p -g 10',
  );
}

export function makeSoundOnly(): Promise<Buffer> {
  return make('-f lavfi -i sine=duration=1');
}

async function make(args: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'clip-'));
  try {
    const file = join(folder, 'clip.mp4');
    await run(await findFfmpeg(), ['-v', 'error', ...args.split(' '), file]);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
