import * as v from 'valibot';

/** The documented limits of an Animation job's parameters; all of them arrive as text. */
const FORMATS = ['gif', 'hgif', 'webp'] as const;
const CODECS = ['gif', 'webp'] as const;
const MIN_SIDE_PX = 128;
const MAX_SIDE_PX = 4096;
const MAX_FPS = 60;

const text = v.pipe(v.string('text'), v.nonEmpty('text'));

/** A number in decimal notation that satisfies `holds`. '' means not set, as in CI's own answers. */
function decimal(expected: string, holds: (value: number) => boolean, digits = /^\d+(\.\d+)?$/) {
  return v.optional(
    v.pipe(
      v.string(expected),
      v.check((value) => value === '' || (digits.test(value) && holds(Number(value))), expected),
    ),
  );
}

const side = decimal(
  `${MIN_SIDE_PX} to ${MAX_SIDE_PX} pixels`,
  (value) => value >= MIN_SIDE_PX && value <= MAX_SIDE_PX,
  /^\d+$/,
);
const MILLISECONDS = /^\d+(\.\d{1,3})?$/;
const seconds = decimal('seconds from 0, to the millisecond', (value) => value >= 0, MILLISECONDS);

const animation = v.looseObject(
  {
    Container: v.looseObject(
      { Format: v.picklist(FORMATS, FORMATS.join(', ')) },
      `an object with Format: ${FORMATS.join(', ')}`,
    ),
    Video: v.looseObject(
      {
        Codec: v.picklist(CODECS, CODECS.join(', ')),
        Width: side,
        Height: side,
        Fps: decimal(`more than 0, at most ${MAX_FPS}`, (value) => value > 0 && value <= MAX_FPS),
        AnimateOnlyKeepKeyFrame: v.optional(v.picklist(['true', 'false', ''], 'true or false')),
        AnimateTimeIntervalOfFrame: decimal('seconds, more than 0', (value) => value > 0),
        AnimateFramesPerSecond: decimal('more than 0', (value) => value > 0),
        Quality: decimal('1 up to, not including, 100', (value) => value >= 1 && value < 100),
      },
      `an object with Codec: ${CODECS.join(', ')}`,
    ),
    TimeInterval: v.optional(
      v.lazy((input) =>
        input === '' ? v.literal('') : v.looseObject({ Start: seconds, Duration: seconds }),
      ),
    ),
  },
  'an object with Container and Video',
);

const output = v.looseObject(
  { Region: text, Bucket: text, Object: text },
  'an object with Region, Bucket and Object',
);

/** One operation of an Animation request. TemplateId wins over Animation [doc]; Output needs all three. */
export const animationOperation = v.lazy((input) =>
  hasTemplate(input)
    ? v.looseObject({ TemplateId: text, Output: output })
    : v.looseObject({ Animation: animation, Output: output }),
);

function hasTemplate(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'TemplateId' in input && input.TemplateId !== '';
}
