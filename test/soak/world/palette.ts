import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { PALETTE_SIZE } from './palette-size.ts';

const run = promisify(execFile);

type Rgb = readonly [number, number, number];

/** Far apart, so that the way through video and palette leaves no doubt. */
const COLOURS: readonly Rgb[] = [
  [0, 0, 0],
  [255, 255, 255],
  [220, 20, 20],
  [20, 200, 20],
  [20, 20, 220],
  [230, 220, 20],
  [20, 210, 220],
  [220, 20, 210],
  [128, 128, 128],
  [250, 130, 10],
  [90, 40, 10],
  [120, 30, 220],
];

/** One short clip of each colour, as bytes. */
export async function makePalette(ffmpeg: string, folder: string): Promise<Buffer[]> {
  await mkdir(folder, { recursive: true });
  return await Promise.all(
    COLOURS.slice(0, PALETTE_SIZE).map(async (colour, index) => {
      const file = join(folder, `${index}.mp4`);
      const hex = Buffer.from(colour).toString('hex');
      const source = `color=c=0x${hex}:size=160x96:rate=5:duration=0.6`;
      const encoding = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-threads', '1', '-f', 'mp4'];
      await run(ffmpeg, ['-nostdin', '-v', 'error', '-y', '-f', 'lavfi', '-i', source, ...encoding, file]);
      return await readFile(file);
    }),
  );
}

/** A clip of the same colour and other bytes: behind it lies a box that players skip. */
export function marked(clip: Buffer, mark: string, atLeastBytes = 0): Buffer {
  const text = Buffer.from(mark.padEnd(atLeastBytes, ' '));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(8 + text.length);
  return Buffer.concat([clip, size, Buffer.from('free'), text]);
}

/** Which colour of the palette the first frame of a picture is nearest to. */
export async function colourOf(picture: Buffer): Promise<number> {
  const { data } = await sharp(picture)
    .removeAlpha()
    .resize(1, 1)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const distances = COLOURS.map(([r, g, b]) =>
    Math.hypot((data[0] ?? 0) - r, (data[1] ?? 0) - g, (data[2] ?? 0) - b),
  );
  return distances.indexOf(Math.min(...distances));
}
