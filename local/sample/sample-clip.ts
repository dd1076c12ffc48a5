import { execFile } from 'node:child_process';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SECONDS = 3;
const SIZE = '320x180';
const FRAMES_PER_SECOND = 24;

/**
 * Makes a short clip with a moving test picture and puts it in its place at once: nobody sees half of it.
 *
 * @param ffmpeg path of the program
 * @param file where the clip goes
 * @param aside where it is made; on the same disk
 */
export async function makeSampleClip(ffmpeg: string, file: string, aside: string): Promise<void> {
  const source = `testsrc2=size=${SIZE}:rate=${FRAMES_PER_SECOND}:duration=${SECONDS}`;
  const encoding = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-movflags', '+faststart', '-f', 'mp4'];
  await run(ffmpeg, ['-nostdin', '-v', 'error', '-y', '-f', 'lavfi', '-i', source, ...encoding, aside]);
  await mkdir(path.dirname(file), { recursive: true });
  await rename(aside, file);
}
