import { type FfmpegRun, runFfmpeg } from './run-ffmpeg.ts';

const known = new Map<string, Promise<boolean>>();

/** Whether this ffmpeg can bring HDR down to what screens show: not every one is built with zimg. */
export function canToneMap(ffmpeg: string, run: FfmpegRun): Promise<boolean> {
  const asked = known.get(ffmpeg) ?? hasFilter(ffmpeg, run);
  known.set(ffmpeg, asked);
  asked.catch(() => known.delete(ffmpeg));
  return asked;
}

async function hasFilter(ffmpeg: string, run: FfmpegRun): Promise<boolean> {
  const source = ['-f', 'lavfi', '-i', 'color=s=16x16:d=0.04'];
  const args = ['-hide_banner', '-nostdin', ...source, '-vf', 'zscale', '-f', 'null', '-'];
  return (await runFfmpeg(ffmpeg, args, run)).exitCode === 0;
}

/** HDR's reference white, 203 cd/m² [ITU-R BT.2408], becomes the screen's white. */
export const TONE_MAP = [
  'zscale=t=linear:npl=203',
  'format=gbrpf32le',
  'zscale=p=bt709',
  'tonemap=tonemap=mobius:param=0.9:desat=0',
  'zscale=t=bt709:m=bt709:r=tv',
  'format=yuv420p',
];
