/**
 * How often a GIF has to be made until it fits, and how much of what is allowed it then uses: twenty clips of different
 * motion, each made by the local cloud's own ffmpeg with the parameters that the rule would ask for.
 *
 *   npx tsx bench/fit.ts
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { findFfmpeg } from '../emulators/ci/find-ffmpeg.ts';
import { animateArguments } from '../emulators/ci/render/animate-arguments.ts';
import { describePicture } from '../emulators/ci/render/describe-picture.ts';
import { pictureSize } from '../emulators/ci/render/picture-size.ts';
import { probeClip } from '../emulators/ci/render/probe-clip.ts';
import { type Measured, nextTry } from '../shared/objects/renditions/next-try.ts';
import { median } from './median.ts';

const run = promisify(execFile);
const WITHIN_TWO_SHARE = 0.9;
const USED_SHARE = 0.85;
const FIRST = { Width: 320, Fps: 12 };
/** Of the first result: how much has to be saved differs as people's limits do. */
const SHARES = [0.8, 0.5, 0.3, 0.15];

/** Five kinds of motion, from a picture that stands to noise, in four shapes. */
const MOTIONS = [
  'testsrc2',
  'mandelbrot',
  'life=ratio=0.3:death_color=#203040:life_color=#f0d040',
  'cellauto=rule=110',
  'testsrc2,noise',
];
const SHAPES = ['320x240', '480x270', '360x360', '270x480'];

function sourceOf(motion: string, size: string): string {
  if (motion === 'testsrc2,noise') return `testsrc2=s=${size}:r=15:d=4,noise=alls=20:allf=t`;
  if (motion.startsWith('testsrc2')) return `testsrc2=s=${size}:r=15:d=4`;
  return `${motion}${motion.includes('=') ? ':' : '='}s=${size}:r=15`;
}

const ffmpeg = await findFfmpeg();
const folder = await mkdtemp(path.join(tmpdir(), 'fit-'));
const signal = new AbortController().signal;
const rows: { clip: string; limit: number; tries: number; bytes: number; width: number; fps: number }[] = [];
try {
  for (const [kind, motion] of MOTIONS.entries()) {
    for (const [shape, size] of SHAPES.entries()) {
      const clip = path.join(folder, 'clip.mp4');
      const source = ['-f', 'lavfi', '-i', sourceOf(motion, size), '-t', '4'];
      await run(ffmpeg, ['-v', 'error', '-y', ...source, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', clip]);
      const make = async (Width: number, Fps: number): Promise<Measured> => {
        const output = path.join(folder, 'made.gif');
        const animation = {
          Format: 'gif' as const,
          Video: { Codec: 'gif', Width: String(Width), Fps: String(Fps) },
          TimeInterval: {},
        };
        const probed = await probeClip(ffmpeg, clip, { signal });
        const terms = {
          clip: probed,
          size: pictureSize(probed, animation.Video, 'gif'),
          toneMaps: false,
          single: false,
        };
        await run(ffmpeg, animateArguments(animation, clip, output, terms));
        const video = Object((await describePicture(output))['Stream']).Video;
        return { width: Number(video.Width), fps: Number(video.AvgFps), bytes: (await stat(output)).size };
      };
      const results = [await make(FIRST.Width, FIRST.Fps)];
      const maxBytes = Math.round((results[0]?.bytes ?? 0) * (SHARES[(kind + shape) % SHARES.length] ?? 1));
      const fit = { maxBytes, floor: { Width: 128, Fps: 5 }, tries: 4 };
      for (let next = nextTry(results, fit); next !== undefined; next = nextTry(results, fit)) {
        results.push(await make(next.Width, next.Fps));
        if (next.isLast) break;
      }
      const last = results.at(-1);
      if (last === undefined) continue;
      rows.push({ clip: `${motion.split('=')[0]} ${size}`, limit: maxBytes, tries: results.length, ...last });
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.table(rows);
const within = rows.filter(({ bytes, limit, tries }) => bytes <= limit && tries <= 3).length / rows.length;
const used = median(
  rows.filter(({ bytes, limit }) => bytes <= limit).map(({ bytes, limit }) => bytes / limit),
);
console.log(
  `${(within * 100).toFixed(0)} % fit within two tries more, at least ${WITHIN_TWO_SHARE * 100} %: ${within >= WITHIN_TWO_SHARE ? 'kept' : 'NOT KEPT'}`,
);
console.log(
  `${(used * 100).toFixed(0)} % of the allowed bytes used in the median, at least ${USED_SHARE * 100} %: ${used >= USED_SHARE ? 'kept' : 'NOT KEPT'}`,
);
if (within < WITHIN_TWO_SHARE || used < USED_SHARE) process.exitCode = 1;
