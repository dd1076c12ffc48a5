import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { findFfmpeg } from '../../emulators/ci/find-ffmpeg.ts';

const run = promisify(execFile);
const X264 = '-c:v libx264 -pix_fmt yuv420p -preset ultrafast';
const TEST = '-f lavfi -i testsrc2=s=320x240:r=15:d=2';
const PQ =
  '-c:v libx265 -x265-params log-level=none -pix_fmt yuv420p10le -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -tag:v hvc1';

/** How each is made, by ffmpeg's arguments; what others are made of comes first. */
const RECIPES: Readonly<Record<string, string>> = {
  'plain.mp4': `${TEST} ${X264}`,
  'odd.mp4':
    '-f lavfi -i color=red:s=321x241:r=15:d=1,format=yuv444p -c:v libx264 -pix_fmt yuv444p -preset ultrafast',
  'leftred.mp4': `-f lavfi -i color=red:s=160x240:r=15:d=1 -f lavfi -i color=blue:s=160x240:r=15:d=1 -filter_complex hstack ${X264}`,
  'rot90.mp4': '-i leftred.mp4 -c copy -metadata:s:v rotate=90',
  'rot180.mp4': '-i leftred.mp4 -c copy -metadata:s:v rotate=180',
  'anamorphic.mp4': `-f lavfi -i testsrc2=s=720x576:r=25:d=1 -vf setsar=64/45 ${X264}`,
  'hdr-white.mov': `-f lavfi -i color=0x949494:s=320x240:r=10:d=1 ${PQ}`,
  'alpha-vp9.webm':
    '-f lavfi -i color=red@0.0:s=320x240:r=10:d=1,format=yuva420p -f lavfi -i color=lime@1.0:s=160x240:r=10:d=1,format=yuva420p -filter_complex [0][1]overlay=format=auto,format=yuva420p -c:v libvpx-vp9 -pix_fmt yuva420p -auto-alt-ref 0',
  'alpha-prores.mov':
    '-f lavfi -i color=red@0.0:s=320x240:r=10:d=1,format=yuva444p10le -f lavfi -i color=lime@1.0:s=160x240:r=10:d=1,format=yuva444p10le -filter_complex [0][1]overlay=format=auto,format=yuva444p10le -c:v prores_ks -profile:v 4444',
  'audio-only.mp4': '-f lavfi -i sine=d=2 -c:a aac -f mp4',
  'cover.jpg': '-f lavfi -i testsrc=s=200x200:d=0.1:r=10 -frames:v 1',
  'audio-cover.mp4':
    '-f lavfi -i sine=d=2 -i cover.jpg -map 0 -map 1 -c:a aac -c:v copy -disposition:v attached_pic -f mp4',
  'cover-first.mp4': '-i cover.jpg -i plain.mp4 -map 0 -map 1 -c copy -disposition:v:0 attached_pic',
  'oneframe.mp4': `-f lavfi -i testsrc2=s=320x240:r=25:d=0.04 -frames:v 1 ${X264}`,
  'fps120.mp4': `-f lavfi -i testsrc2=s=320x240:r=120:d=1 ${X264}`,
  'wide.mp4': `-f lavfi -i testsrc2=s=4000x2:r=5:d=1 ${X264}`,
  'tall.mp4': `-f lavfi -i testsrc2=s=16x4000:r=5:d=1 ${X264}`,
  'noduration.webm': `${TEST} -c:v libvpx -f webm`,
  'interlaced.mp4': `${TEST} -vf tinterlace=4,fieldorder=tff -c:v libx264 -flags +ildct+ilme -pix_fmt yuv420p`,
  'late-start.ts': `-f lavfi -i testsrc2=s=320x240:r=15:d=3 ${X264} -output_ts_offset 3600 -f mpegts`,
  'fps1.mp4': `-f lavfi -i testsrc2=s=320x240:r=1:d=30 ${X264}`,
  'mpeg4.mov': '-f lavfi -i smptebars=s=320x240:r=15:d=1 -c:v mpeg4',
};

/** Small clips of the kinds that public bug reports tell of, by their names. */
export async function makeOddClips(): Promise<Map<string, Buffer>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'odd-clips-'));
  try {
    const ffmpeg = await findFfmpeg();
    for (const [name, recipe] of Object.entries(RECIPES))
      await run(ffmpeg, ['-v', 'error', '-nostdin', '-y', ...recipe.split(' '), name], { cwd: folder });
    await writeFile(path.join(folder, 'text.mp4'), 'this is no video');
    await writeFile(path.join(folder, 'zero.mp4'), '');
    const plain = await readFile(path.join(folder, 'plain.mp4'));
    await writeFile(path.join(folder, 'cut.mp4'), plain.subarray(0, plain.length * 0.6));
    await copyFile(path.join(folder, 'cover.jpg'), path.join(folder, 'jpeg.mp4'));
    const names = [...Object.keys(RECIPES), 'text.mp4', 'zero.mp4', 'cut.mp4', 'jpeg.mp4'];
    return new Map(
      await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name))] as const)),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
