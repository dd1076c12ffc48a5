import type { Job } from '../jobs/job.ts';
import type { Transcode } from '../jobs/transcode.ts';
import { describeClip } from './describe-clip.ts';
import { inputArguments } from './input-arguments.ts';
import { JobFailure } from './job-failure.ts';
import { pictureSize, type Size } from './picture-size.ts';
import { type Clip, probeClip } from './probe-clip.ts';
import { chosenSeconds } from './render-clip.ts';
import { runFfmpeg } from './run-ffmpeg.ts';
import { canToneMap, TONE_MAP } from './tone-map.ts';
import type { Made, Workplace } from './workplace.ts';

/** Makes an mp4 of one clip; throws `JobFailure` when it cannot be made. */
export async function renderTranscode({ Transcode: transcode }: Job, place: Workplace): Promise<Made> {
  if (transcode === undefined) throw new JobFailure('InternalError', 'The job has no parameters.');
  const { ffmpeg, signal, onProcess, input, output } = place;
  const clip = await probeClip(ffmpeg, input, { signal, onProcess });
  const shown = pictureSize(clip, transcode.Video, 'mp4');
  // H.264 of the usual kind has even sides.
  const size = shown && { width: even(shown.width), height: even(shown.height) };
  const toneMaps = clip.hdr !== undefined && (await canToneMap(ffmpeg, { signal, onProcess }));
  const seconds = chosenSeconds(transcode.TimeInterval, clip);
  const onSeconds = (done: number) => place.onShare(Math.min(1, done / seconds));
  const args = [
    ...['-hide_banner', '-nostdin', '-v', 'error', '-progress', 'pipe:1', '-nostats'],
    ...timeOf(transcode),
    ...inputArguments(input),
    ...videoOf(transcode, clip, size, toneMaps),
    ...soundOf(transcode, clip),
    ...['-movflags', '+faststart', '-f', 'mp4', '-y', `file:${output}`],
  ];
  const { exitCode, stderr } = await runFfmpeg(ffmpeg, args, { signal, onSeconds, onProcess });
  if (exitCode !== 0)
    throw new JobFailure('InvalidMediaFile', 'The input object cannot be decoded as a video.', stderr);
  const made = await probeClip(ffmpeg, output, { signal, onProcess });
  return { files: [{ key: place.outputKey, file: output }], mediaInfo: describeClip(made) };
}

function even(side: number): number {
  return Math.max(2, 2 * Math.round(side / 2));
}

function timeOf({ TimeInterval: { Start, Duration } }: Transcode): string[] {
  return [
    ...(Start === undefined ? [] : ['-ss', Start]),
    ...(Duration === undefined || Number(Duration) === 0 ? [] : ['-t', Duration]),
  ];
}

function videoOf(
  { Video }: Transcode,
  { stream }: Clip,
  size: Size | undefined,
  toneMaps: boolean,
): string[] {
  if (Video.Remove === 'true') return ['-vn'];
  const filters = [
    ...(toneMaps ? TONE_MAP : []),
    ...(Video.Fps === undefined ? [] : [`fps=${Video.Fps}`]),
    ...(size === undefined ? [] : [`scale=${size.width}:${size.height}`, 'setsar=1']),
  ];
  return [
    ...['-map', `0:${stream}`, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-preset', Video.Preset ?? 'medium'],
    ...(filters.length === 0 ? [] : ['-vf', filters.join(',')]),
    ...(Video.Profile === undefined || Video.Profile === 'auto' ? [] : ['-profile:v', Video.Profile]),
    ...(Video.Crf === undefined ? [] : ['-crf', Video.Crf]),
    ...(Video.Bitrate === undefined ? [] : ['-b:v', `${Video.Bitrate}k`]),
    ...(Video.Gop === undefined ? [] : ['-g', Video.Gop]),
  ];
}

function soundOf({ Audio }: Transcode, { hasSound }: Clip): string[] {
  if (Audio.Remove === 'true' || !hasSound) return ['-an'];
  return [
    ...['-map', '0:a:0', '-c:a', 'aac'],
    ...(Audio.Samplerate === undefined ? [] : ['-ar', Audio.Samplerate]),
    ...(Audio.Bitrate === undefined ? [] : ['-b:a', `${Audio.Bitrate}k`]),
    ...(Audio.Channels === undefined ? [] : ['-ac', Audio.Channels]),
  ];
}
