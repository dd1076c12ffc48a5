import { invalidArgument } from '../service-error.ts';
import type { XmlElement } from '../xml/read-xml.ts';
import type { XmlTree } from '../xml/write-xml.ts';
import { elementOf, textOf } from '../xml/xml-fields.ts';
import { type Bounds, checkNumber } from './check-number.ts';
import { oneOf, readFields } from './read-fields.ts';

const FORMATS = ['gif', 'hgif', 'webp'] as const;
type AnimationFormat = (typeof FORMATS)[number];

const VIDEO_FIELDS = [
  'Codec',
  'Width',
  'Height',
  'Fps',
  'AnimateOnlyKeepKeyFrame',
  'AnimateTimeIntervalOfFrame',
  'AnimateFramesPerSecond',
  'Quality',
] as const;
const TIME_FIELDS = ['Start', 'Duration'] as const;

/** The checked parameters, each as it was written, since answers echo them so. */
export interface Animation {
  Format: AnimationFormat;
  Video: Partial<Record<(typeof VIDEO_FIELDS)[number], string>>;
  TimeInterval: Partial<Record<(typeof TIME_FIELDS)[number], string>>;
}

// The documented limits; those that depend on the source are checked when the job runs.
const SIDE: Bounds = { atLeast: 128, atMost: 4096, whole: true };
const VIDEO_BOUNDS: Partial<Record<(typeof VIDEO_FIELDS)[number], Bounds>> = {
  Width: SIDE,
  Height: SIDE,
  Fps: { above: 0, atMost: 60 },
  AnimateTimeIntervalOfFrame: { above: 0 },
  AnimateFramesPerSecond: { above: 0 },
  Quality: { atLeast: 1, below: 100 },
};
const TIME_BOUNDS: Bounds = { atLeast: 0 };

/** Reads `<Container>`, `<Video>` and `<TimeInterval>`; throws InvalidArgument that names the field. */
export function readAnimation(parent: XmlElement, at: string): Animation {
  const video = elementOf(parent, 'Video');
  const time = elementOf(parent, 'TimeInterval');
  const format = textOf(elementOf(parent, 'Container'), 'Format');
  const animation: Animation = {
    Format: oneOf(`${at}.Container.Format`, format, FORMATS),
    Video: readFields(video, VIDEO_FIELDS),
    TimeInterval: readFields(time, TIME_FIELDS),
  };
  checkVideo(animation, `${at}.Video`);
  for (const name of TIME_FIELDS)
    checkNumber(`${at}.TimeInterval.${name}`, animation.TimeInterval[name], TIME_BOUNDS);
  checkInterval(animation, at);
  return animation;
}

function checkVideo({ Format, Video }: Animation, at: string): void {
  const codec = oneOf(`${at}.Codec`, Video.Codec, ['gif', 'webp'] as const);
  const expected = Format === 'webp' ? 'webp' : 'gif';
  // [guess]: the documentation pairs them only in its examples.
  if (codec !== expected)
    throw invalidArgument(`${at}.Codec is ${codec}, expected ${expected} with Format ${Format}.`);
  for (const name of VIDEO_FIELDS) {
    const bounds = VIDEO_BOUNDS[name];
    if (bounds) checkNumber(`${at}.${name}`, Video[name], bounds);
  }
  const keyFrames = Video.AnimateOnlyKeepKeyFrame;
  if (keyFrames !== undefined) oneOf(`${at}.AnimateOnlyKeepKeyFrame`, keyFrames, ['true', 'false'] as const);
}

/** The sampling interval must be less than the duration, if one is set [doc]. */
function checkInterval({ Video, TimeInterval }: Animation, at: string): void {
  const interval = Number(Video.AnimateTimeIntervalOfFrame ?? 0);
  const duration = Number(TimeInterval.Duration ?? 0);
  if (duration > 0 && interval >= duration) {
    throw invalidArgument(`${at}.Video.AnimateTimeIntervalOfFrame must be less than TimeInterval.Duration.`);
  }
}

/** The echo in answers and in templates [doc]. */
export function animationTree({ Format, Video, TimeInterval }: Animation): XmlTree {
  return { Container: { Format }, Video, TimeInterval };
}
