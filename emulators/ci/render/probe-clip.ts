import { stat } from 'node:fs/promises';
import { inputArguments } from './input-arguments.ts';
import { JobFailure } from './job-failure.ts';
import { type FfmpegRun, runFfmpeg } from './run-ffmpeg.ts';

/** What a clip is, as ffmpeg describes it. */
export interface Clip {
  /** Seconds; `undefined` when the container does not say. */
  readonly duration?: number;
  readonly fps?: number;
  /** which of the file's streams is the video, covers left out */
  readonly stream: number;
  /** as it is shown: turned, and with square pixels; `undefined` when ffmpeg does not say */
  readonly shown?: { readonly width: number; readonly height: number };
  /** the decoder to be used, where ffmpeg's own loses the transparency */
  readonly decoder?: 'libvpx' | 'libvpx-vp9';
  readonly isTransparent: boolean;
  /** brighter than a screen of today shows: `smpte2084` or `arib-std-b67` */
  readonly hdr?: string;
  readonly hasSound: boolean;
  /** ffmpeg's own words */
  readonly text: string;
  readonly bytes: number;
}

const TRANSPARENT = /\b(yuva\w*|rgba\w*|bgra\w*|argb|abgr|gbrap\w*|ya8|ya16\w*|pal8)\b/;

/** Asks ffmpeg what a clip is; throws the job's failure when it holds no video. */
export async function probeClip(ffmpeg: string, path: string, run: FfmpegRun): Promise<Clip> {
  const text = await describeInput(ffmpeg, path, run);
  const { size } = await stat(path);
  const streams = text.split(/^ +(?=Stream #0:)/m).slice(1);
  const video = streams.find((one) => /^Stream #0:\d+[^\n]*: Video: /.test(one) && !isCover(one));
  if (video === undefined) {
    const isOnlyCover = streams.some((one) => isCover(one));
    throw new JobFailure(
      'InvalidMediaFile',
      isOnlyCover
        ? 'The input object has no video stream: a cover picture is none.'
        : 'The input object has no video stream.',
      text,
    );
  }
  const line = video.split('\n')[0] ?? '';
  const [, stream = '0'] = /^Stream #0:(\d+)/.exec(line) ?? [];
  const duration = secondsOf(/^ +Duration: (\d+:\d\d:\d\d\.\d+)/m.exec(text)?.[1]);
  const fps = /, ([\d.]+)(k?) fps/.exec(line);
  const shown = shownSize(video);
  const hdr = /smpte2084|arib-std-b67/.exec(line)?.[0];
  const hasAlphaMode = /^ +alpha_mode +: 1$/im.test(video);
  const codec = /: Video: (\w+)/.exec(line)?.[1];
  const decoder = codec === 'vp9' ? 'libvpx-vp9' : 'libvpx';
  return {
    ...(duration === undefined ? {} : { duration }),
    ...(fps === null ? {} : { fps: Number(fps[1]) * (fps[2] ? 1000 : 1) }),
    stream: Number(stream),
    ...(shown === undefined ? {} : { shown }),
    ...(hasAlphaMode ? { decoder } : {}),
    isTransparent: hasAlphaMode || TRANSPARENT.test(line),
    ...(hdr === undefined ? {} : { hdr }),
    hasSound: streams.some((one) => /^Stream #0:\d+[^\n]*: Audio: /.test(one)),
    text,
    bytes: size,
  };
}

/** What ffmpeg says of a file, without an output: on stderr, with exit code 1. */
async function describeInput(ffmpeg: string, path: string, run: FfmpegRun): Promise<string> {
  const { stderr } = await runFfmpeg(ffmpeg, ['-hide_banner', '-nostdin', ...inputArguments(path)], run);
  if (/^Input #0/m.test(stderr)) return stderr;
  throw new JobFailure('InvalidMediaFile', 'The input object is not a video file, or it is damaged.', stderr);
}

/** A picture that belongs to a sound: marked so, or one that has no frames a second. */
function isCover(stream: string): boolean {
  const [line = ''] = stream.split('\n');
  return /\(attached pic\)/.test(line) || (/: Video: (mjpeg|png|bmp)\b/.test(line) && !/ fps\b/.test(line));
}

/** Pixels that are not square, and a picture that lies on its side, are shown otherwise than they are coded. */
function shownSize(stream: string): Clip['shown'] {
  const [, w, h] = /, (\d+)x(\d+)[ ,[]/.exec(`${stream.split('\n')[0]},`) ?? [];
  if (w === undefined || h === undefined) return undefined;
  const [, across = '1', down = '1'] = /\bSAR (\d+):(\d+)/.exec(stream) ?? [];
  const width = Math.max(1, Math.round((Number(w) * Number(across)) / Number(down)));
  const height = Number(h);
  const turned = Number(/rotation of (-?[\d.]+) degrees/.exec(stream)?.[1] ?? 0);
  const isOnItsSide = Math.abs(Math.round(turned)) % 180 === 90;
  return isOnItsSide ? { width: height, height: width } : { width, height };
}

export function secondsOf(text: string | undefined): number | undefined {
  const [, hours, minutes, seconds] = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text ?? '') ?? [];
  return hours === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
