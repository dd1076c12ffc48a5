import * as v from 'valibot';
import { decimal, fps, nonEmpty, oneOf, side, timeInterval } from './operation-fields.ts';

/** The documented limits of a Transcode job's parameters [doc 436/54009]; which formats and codecs there are, CI says. */
const BOOLEANS = ['true', 'false'] as const;

/** A whole section may be left out, or be empty as in CI's own answers. */
const section = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.optional(v.lazy((input) => (input === '' ? v.literal('') : v.looseObject(entries, 'an object'))));

const range = (what: string, minimum: number, maximum: number, digits?: RegExp) =>
  decimal(`${minimum} to ${maximum}${what}`, { minimum, maximum }, digits);

export const transcode = v.looseObject(
  {
    Container: v.looseObject(
      { Format: nonEmpty('a format such as mp4') },
      'an object with Format, such as mp4',
    ),
    Video: section({
      Width: side,
      Height: side,
      Fps: fps,
      Bitrate: range(' Kbit/s', 10, 50_000),
      Crf: range('', 0, 51),
      Gop: range(' frames', 1, 100_000, /^\d+$/),
      Remove: oneOf(BOOLEANS),
    }),
    Audio: section({
      Bitrate: range(' Kbit/s', 8, 1000),
      Channels: range('', 1, 8, /^\d+$/),
      Remove: oneOf(BOOLEANS),
    }),
    TimeInterval: timeInterval,
  },
  'an object with Container',
);
