import * as v from 'valibot';
import { documented } from './documented.ts';

/** The documented limits of an Animation job's parameters; all of them arrive as text. */
const FORMATS = ['gif', 'hgif', 'webp'] as const;
const CODECS = ['gif', 'webp'] as const;
const MIN_SIDE_PX = 128;
const MAX_SIDE_PX = 4096;
const MAX_FPS = 60;

const nonEmpty = (what: string) => v.pipe(v.string(what), v.nonEmpty(what));

/** The key of an object: of the clip, or of what is made of it. */
export const objectKey = (what: string) => nonEmpty(`the key of ${what}`);

const anyOf = (words: readonly string[]) => `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

/** Bounds as JSON Schema names them. */
interface Bounds {
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

function isWithin(value: number, bounds: Bounds): boolean {
  const {
    minimum = -Infinity,
    exclusiveMinimum = -Infinity,
    maximum = Infinity,
    exclusiveMaximum = Infinity,
  } = bounds;
  return value >= minimum && value > exclusiveMinimum && value <= maximum && value < exclusiveMaximum;
}

/** A number in decimal notation within bounds. '' means not set, as in CI's own answers. */
function decimal(expected: string, bounds: Bounds, digits = /^\d+(\.\d+)?$/) {
  return v.optional(
    v.pipe(
      v.string(expected),
      v.check((value) => value === '' || (digits.test(value) && isWithin(Number(value), bounds)), expected),
      documented({ type: ['number', 'string'], ...bounds, pattern: `^$|${digits.source}` }),
    ),
  );
}

const side = decimal(
  `${MIN_SIDE_PX} to ${MAX_SIDE_PX} pixels`,
  { minimum: MIN_SIDE_PX, maximum: MAX_SIDE_PX },
  /^\d+$/,
);
const MILLISECONDS = /^\d+(\.\d{1,3})?$/;
const seconds = decimal('seconds from 0, to the millisecond', { minimum: 0 }, MILLISECONDS);

export const animation = v.looseObject(
  {
    Container: v.looseObject(
      { Format: v.picklist(FORMATS, anyOf(FORMATS)) },
      `an object with Format: ${anyOf(FORMATS)}`,
    ),
    Video: v.looseObject(
      {
        Codec: v.picklist(CODECS, anyOf(CODECS)),
        Width: side,
        Height: side,
        Fps: decimal(`more than 0, at most ${MAX_FPS}`, { exclusiveMinimum: 0, maximum: MAX_FPS }),
        AnimateOnlyKeepKeyFrame: v.optional(v.picklist(['true', 'false', ''], 'true or false')),
        AnimateTimeIntervalOfFrame: decimal('seconds, more than 0', { exclusiveMinimum: 0 }),
        AnimateFramesPerSecond: decimal('more than 0', { exclusiveMinimum: 0 }),
        Quality: decimal('1 up to, not including, 100', { minimum: 1, exclusiveMaximum: 100 }),
      },
      `an object with Codec: ${anyOf(CODECS)}`,
    ),
    TimeInterval: v.optional(
      v.lazy((input) =>
        input === ''
          ? v.literal('')
          : v.looseObject({ Start: seconds, Duration: seconds }, 'an object with Start and Duration'),
      ),
    ),
  },
  'an object with Container and Video',
);

export const output = v.looseObject(
  {
    Region: nonEmpty('a region such as ap-guangzhou'),
    Bucket: nonEmpty('a bucket such as media-1250000000'),
    Object: objectKey('the result'),
  },
  'an object with Region, Bucket and Object',
);

/** One operation of an Animation request. TemplateId wins over Animation [doc]; Output needs all three. */
export const animationOperation = v.lazy((input) =>
  hasTemplate(input)
    ? v.looseObject({ TemplateId: nonEmpty('the id of a template'), Output: output })
    : v.looseObject({ Animation: animation, Output: output }),
);

function hasTemplate(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'TemplateId' in input && input.TemplateId !== '';
}
