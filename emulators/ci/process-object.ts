import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { CloudParts } from './cloud.ts';
import type { CloudRequest } from './cloud-request.ts';
import { checkNumber } from './jobs/check-number.ts';
import { noSuchKey } from './objects/get-object.ts';
import { describeClip } from './render/describe-clip.ts';
import { inputArguments } from './render/input-arguments.ts';
import { JobFailure } from './render/job-failure.ts';
import { pictureSize } from './render/picture-size.ts';
import { probeClip } from './render/probe-clip.ts';
import { runFfmpeg } from './render/run-ffmpeg.ts';
import { type Reply, xmlReply } from './reply.ts';
import { CGIF } from './route.ts';
import { invalidArgument, ServiceError } from './service-error.ts';
import { withTimeLimit } from './time-limit.ts';

/** As long as a request may take to be answered with something that is made meanwhile. */
const TIME_LIMIT_MS = 60_000;
/** `cgif/1` leaves so many frames at most [doc 1045/33716]. */
const DEFAULT_FRAMES = 30;
const MOST_FRAMES = 100;
const TYPES = { jpg: 'image/jpeg', png: 'image/png' } as const;

interface Place {
  readonly input: string;
  readonly output: string;
  readonly signal: AbortSignal;
}

/** GET with `ci-process=videoinfo` or `snapshot`, or with `imageMogr2/cgif`: what CI makes of an object while it is fetched. */
export async function processObject(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const asked = request.query.get('ci-process');
  const cgif = [...request.query.keys()].flatMap((name) => CGIF.exec(name)?.[1] ?? [])[0];
  if (cgif === undefined && asked !== 'videoinfo' && asked !== 'snapshot')
    throw notDone(`ci-process=${asked}`);
  if (cloud.media.ffmpeg === '') throw notDone(`${asked ?? 'imageMogr2/cgif'} without ffmpeg`);
  const folder = join(cloud.media.tmp, randomUUID());
  const [input, output] = [join(folder, 'input'), join(folder, 'output')];
  await mkdir(folder, { recursive: true });
  try {
    if (!(await cloud.objects.link(request.subject, input))) throw noSuchKey(request.subject);
    return await withTimeLimit(TIME_LIMIT_MS, undefined, async (signal) => {
      const place = { input, output, signal };
      if (cgif !== undefined) return await thin(Number(cgif), cloud, place);
      return asked === 'videoinfo'
        ? await videoInfo(cloud, place)
        : await snapshot(request.query, cloud, place);
    });
  } catch (error) {
    if (!(error instanceof JobFailure)) throw error;
    throw new ServiceError(400, error.code, error.message);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** [doc 436/55671] */
async function videoInfo({ media }: CloudParts, { input, signal }: Place): Promise<Reply> {
  const clip = await probeClip(media.ffmpeg, input, { ...media, signal });
  return xmlReply(200, 'Response', { MediaInfo: describeClip(clip) });
}

/** One picture: `time`, `width`, `height`, `format` jpg or png [doc 436/55671]. */
async function snapshot(
  query: URLSearchParams,
  { media }: CloudParts,
  { input, output, signal }: Place,
): Promise<Reply> {
  const [time, width, height] = ['time', 'width', 'height'].map((name) => query.get(name) || undefined);
  const format = query.get('format') || 'jpg';
  if (format !== 'jpg' && format !== 'png')
    throw invalidArgument(`format is ${format}, expected jpg or png.`);
  if (time === undefined) throw invalidArgument('time is missing.');
  checkNumber('time', time, { atLeast: 0 });
  for (const [name, value] of [
    ['width', width],
    ['height', height],
  ] as const)
    checkNumber(name, value, { atLeast: 0, atMost: 4096, whole: true });
  const clip = await probeClip(media.ffmpeg, input, { ...media, signal });
  const asked = {
    ...(width === undefined ? {} : { Width: width }),
    ...(height === undefined ? {} : { Height: height }),
  };
  const size = pictureSize(clip, asked, format);
  await make(media, signal, [
    ...['-ss', time, ...inputArguments(input), '-map', `0:${clip.stream}`, '-frames:v', '1', '-q:v', '2'],
    ...(size === undefined ? [] : ['-vf', `scale=${size.width}:${size.height},setsar=1`]),
    ...['-f', 'image2', '-update', '1', '-c:v', format === 'png' ? 'png' : 'mjpeg'],
    ...['-pix_fmt', format === 'png' ? 'rgb24' : 'yuvj420p', '-y', `file:${output}`],
  ]);
  return await picture(output, TYPES[format]);
}

/** Fewer frames: at most 30 for 1, else that many, spread over the whole [doc 1045/33716]. */
async function thin(frames: number, { media }: CloudParts, { input, output, signal }: Place): Promise<Reply> {
  if (frames < 1 || frames > MOST_FRAMES)
    throw invalidArgument(`imageMogr2/cgif is ${frames}, expected 1 to ${MOST_FRAMES}.`);
  const clip = await probeClip(media.ffmpeg, input, { ...media, signal });
  if (!/^Input #0, gif,/m.test(clip.text)) throw invalidArgument('The object is no GIF.');
  const { pages = 1 } = await describedFrames(input);
  const step = frames === 1 ? 1 : Math.max(1, Math.floor(pages / frames));
  const filter = step === 1 ? [] : [`select=not(mod(n\\,${step}))`];
  await make(media, signal, [
    ...inputArguments(input),
    ...[
      '-filter_complex',
      `[0:${clip.stream}]${[...filter, 'split[a][b]'].join(',')};[a]palettegen[p];[b][p]paletteuse[out]`,
    ],
    ...['-map', '[out]', '-vsync', 'vfr', '-frames:v', String(frames === 1 ? DEFAULT_FRAMES : frames)],
    ...['-loop', '0', '-f', 'gif', '-y', `file:${output}`],
  ]);
  return await picture(output, 'image/gif');
}

async function describedFrames(file: string): Promise<{ pages?: number | undefined }> {
  const { default: sharp } = await import('sharp');
  return await sharp(file, { limitInputPixels: false }).metadata();
}

async function make(
  { ffmpeg, onProcess }: CloudParts['media'],
  signal: AbortSignal,
  args: readonly string[],
) {
  const run = await runFfmpeg(ffmpeg, ['-hide_banner', '-nostdin', '-v', 'error', ...args], {
    signal,
    onProcess,
  });
  if (run.exitCode !== 0)
    throw new JobFailure('InvalidMediaFile', 'The object cannot be decoded as a video.', run.stderr);
}

async function picture(file: string, type: string): Promise<Reply> {
  const bytes = await readFile(file).catch(() => {
    throw new JobFailure('InvalidArgument', 'The chosen part holds no frame.');
  });
  const headers = { 'content-type': type, 'content-length': String(bytes.length) };
  return { status: 200, headers, body: Readable.from([bytes]) };
}

function notDone(what: string): ServiceError {
  return new ServiceError(501, 'NotImplemented', `${what} is not done by this local cloud.`);
}
