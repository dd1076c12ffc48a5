import { readdir } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import type { Job } from '../jobs/job.ts';
import { NUMBER } from '../jobs/job-request.ts';
import type { Snapshot } from '../jobs/snapshot.ts';
import { describeClip } from './describe-clip.ts';
import { inputArguments } from './input-arguments.ts';
import { JobFailure } from './job-failure.ts';
import { pictureSize } from './picture-size.ts';
import { type Clip, probeClip } from './probe-clip.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import { canToneMap, TONE_MAP } from './tone-map.ts';
import type { Made, Workplace } from './workplace.ts';

/** Pictures that one job may make when it names no number. */
const MOST = 10_000;
const FORMATS = { '.png': 'png', '.jpg': 'jpg', '.jpeg': 'jpg' } as const;

/** Makes the pictures of one clip, numbered from 0 [doc: examples]; throws `JobFailure` when there is none. */
export async function renderSnapshot({ Snapshot: snapshot = {} }: Job, place: Workplace): Promise<Made> {
  const { ffmpeg, signal, onProcess, input } = place;
  const clip = await probeClip(ffmpeg, input, { signal, onProcess });
  const start = Number(snapshot.Start ?? 0);
  if (clip.duration !== undefined && start > clip.duration)
    throw new JobFailure(
      'InvalidArgument',
      `Snapshot.Start ${start} lies beyond the clip's ${clip.duration} s.`,
    );
  const ending = extname(place.outputKey).toLowerCase();
  const format = Object.entries(FORMATS).find(([name]) => name === ending)?.[1] ?? 'jpg';
  const size = pictureSize(clip, snapshot, format);
  const filters = [
    ...(clip.hdr !== undefined && (await canToneMap(ffmpeg, { signal, onProcess })) ? TONE_MAP : []),
    ...picking(snapshot, clip),
    ...(size === undefined ? [] : [`scale=${size.width}:${size.height}:flags=lanczos`, 'setsar=1']),
  ];
  const folder = dirname(place.output);
  const args = [
    ...['-hide_banner', '-nostdin', '-v', 'error'],
    ...(snapshot.Mode === 'KeyFrame' ? ['-skip_frame', 'nokey'] : []),
    ...['-ss', String(start), ...inputArguments(input), '-map', `0:${clip.stream}`],
    ...['-vf', filters.join(',') || 'null', '-vsync', 'vfr', '-frames:v', snapshot.Count ?? String(MOST)],
    ...['-q:v', '2', '-start_number', '0', '-f', 'image2', '-c:v', format === 'png' ? 'png' : 'mjpeg'],
    ...['-pix_fmt', format === 'png' ? 'rgb24' : 'yuvj420p', '-y', join(folder, 'picture-%05d')],
  ];
  const { exitCode, stderr } = await runFfmpeg(ffmpeg, args, { signal, onProcess });
  if (exitCode !== 0)
    throw new JobFailure('InvalidMediaFile', 'The input object cannot be decoded as a video.', stderr);
  const names = (await readdir(folder)).filter((name) => name.startsWith('picture-')).sort();
  if (names.length === 0)
    throw new JobFailure('InvalidArgument', 'The chosen part of the clip holds no frame.', stderr);
  const files = names.map((name, number) => ({
    key: place.outputKey.replace(NUMBER, String(number)),
    file: join(folder, name),
  }));
  return { files, mediaInfo: describeClip(clip), isNumbered: true };
}

/** Which frames: every so many seconds, so many over the whole, or key frames [doc]; without a time all of them. */
function picking({ Mode, Start = '0', TimeInterval, Count }: Snapshot, { duration }: Clip): string[] {
  if (Mode === 'KeyFrame') return [];
  if (Mode === 'Average') {
    const seconds = (duration ?? 0) - Number(Start);
    return Count === undefined || seconds <= 0 ? [] : [`fps=${Count}/${seconds}:round=up`];
  }
  return TimeInterval === undefined ? [] : [`fps=1/${TimeInterval}:round=up`];
}
