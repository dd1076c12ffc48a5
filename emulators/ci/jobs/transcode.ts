import { ServiceError } from '../service-error.ts';
import type { XmlElement } from '../xml/read-xml.ts';
import type { XmlTree } from '../xml/write-xml.ts';
import { elementOf, textOf } from '../xml/xml-fields.ts';
import { type Bounds, checkNumber } from './check-number.ts';
import { oneOf, readFields } from './read-fields.ts';

const TIME_FIELDS = ['Start', 'Duration'] as const;
const VIDEO_FIELDS = [
  'Codec',
  'Width',
  'Height',
  'Fps',
  'Remove',
  'Profile',
  'Bitrate',
  'Crf',
  'Gop',
  'Preset',
] as const;
const AUDIO_FIELDS = ['Codec', 'Samplerate', 'Bitrate', 'Channels', 'Remove'] as const;

/** The checked parameters [doc 436/54009], each as it was written. */
export interface Transcode {
  Format: 'mp4';
  TimeInterval: Partial<Record<(typeof TIME_FIELDS)[number], string>>;
  Video: Partial<Record<(typeof VIDEO_FIELDS)[number], string>>;
  Audio: Partial<Record<(typeof AUDIO_FIELDS)[number], string>>;
}

const SIDE: Bounds = { atLeast: 128, atMost: 4096, whole: true };
const VIDEO_BOUNDS: Partial<Record<(typeof VIDEO_FIELDS)[number], Bounds>> = {
  Width: SIDE,
  Height: SIDE,
  Fps: { above: 0, atMost: 60 },
  Bitrate: { atLeast: 10, atMost: 50_000 },
  Crf: { atLeast: 0, atMost: 51 },
  Gop: { atLeast: 1, atMost: 100_000, whole: true },
};
const AUDIO_BOUNDS: Partial<Record<(typeof AUDIO_FIELDS)[number], Bounds>> = {
  Samplerate: { atLeast: 8000, atMost: 96_000, whole: true },
  Bitrate: { atLeast: 8, atMost: 1000 },
  Channels: { atLeast: 1, atMost: 8, whole: true },
};
const PRESETS = ['veryfast', 'fast', 'medium', 'slow', 'slower'] as const;
const PROFILES = ['baseline', 'main', 'high', 'auto'] as const;
const BOOLEANS = ['true', 'false'] as const;

/** Reads `<Transcode>`: mp4 with H.264 and AAC. @throws ServiceError that names the field */
export function readTranscode(node: XmlElement, at: string): Transcode {
  const format = textOf(elementOf(node, 'Container'), 'Format');
  if (format !== 'mp4') throw notDone(`${at}.Container.Format`, format);
  const transcode: Transcode = {
    Format: format,
    TimeInterval: readFields(elementOf(node, 'TimeInterval'), TIME_FIELDS),
    Video: readFields(elementOf(node, 'Video'), VIDEO_FIELDS),
    Audio: readFields(elementOf(node, 'Audio'), AUDIO_FIELDS),
  };
  const { TimeInterval, Video, Audio } = transcode;
  if ((Video.Codec ?? 'H.264').toUpperCase() !== 'H.264') throw notDone(`${at}.Video.Codec`, Video.Codec);
  if ((Audio.Codec ?? 'aac').toLowerCase() !== 'aac') throw notDone(`${at}.Audio.Codec`, Audio.Codec);
  for (const name of TIME_FIELDS)
    checkNumber(`${at}.TimeInterval.${name}`, TimeInterval[name], { atLeast: 0 });
  for (const name of VIDEO_FIELDS) {
    const bounds = VIDEO_BOUNDS[name];
    if (bounds) checkNumber(`${at}.Video.${name}`, Video[name], bounds);
  }
  for (const name of AUDIO_FIELDS) {
    const bounds = AUDIO_BOUNDS[name];
    if (bounds) checkNumber(`${at}.Audio.${name}`, Audio[name], bounds);
  }
  if (Video.Preset !== undefined) oneOf(`${at}.Video.Preset`, Video.Preset, PRESETS);
  if (Video.Profile !== undefined) oneOf(`${at}.Video.Profile`, Video.Profile, PROFILES);
  oneOf(`${at}.Video.Remove`, Video.Remove ?? 'false', BOOLEANS);
  oneOf(`${at}.Audio.Remove`, Audio.Remove ?? 'false', BOOLEANS);
  return transcode;
}

function notDone(field: string, given: string | undefined): ServiceError {
  return new ServiceError(
    501,
    'NotImplemented',
    `${field} ${given ?? 'missing'} is not done by this local cloud.`,
  );
}

/** The echo in answers [doc]. */
export function transcodeTree({ Format, TimeInterval, Video, Audio }: Transcode): XmlTree {
  return { Container: { Format }, Video, Audio, TimeInterval };
}
