import * as v from 'valibot';
import type { Fit } from './rule.ts';

/** CI makes nothing narrower [doc]. */
const LEAST_WIDTH = 128;
const DEFAULT_FLOOR = { Width: LEAST_WIDTH, Fps: 5 };
const DEFAULT_TRIES = 3;
const MOST_TRIES = 6;
const UNITS: Readonly<Record<string, number>> = { '': 1, KB: 1000, MB: 1_000_000 };
/** What people make images for, by name: docs/rules.md has their source and date. */
const PRESETS = {
  'wechat-sticker': { maxBytes: 500_000 },
  'wechat-chat': { maxBytes: 1_000_000 },
} as const;
const PRESET_NAMES = Object.keys(PRESETS) as (keyof typeof PRESETS)[];
const BYTES = 'a number of bytes, or text such as 500KB or 1MB';

const bytes = v.pipe(
  v.union([v.number(), v.string()], BYTES),
  v.transform((given) => {
    if (typeof given === 'number') return given;
    const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?(KB|MB)?$/.exec(given) ?? [];
    return number === undefined ? Number.NaN : Math.floor(Number(number) * (UNITS[unit] ?? Number.NaN));
  }),
  v.check((count) => Number.isInteger(count) && count >= 1000, `${BYTES}, at least 1000`),
);
const widthWords = `a whole number of pixels from ${LEAST_WIDTH} to 4096`;
const fpsWords = 'a number of pictures a second from 1 to 60';
const triesWords = `a whole number from 2 to ${MOST_TRIES}`;

const whole = v.strictObject({
  maxBytes: bytes,
  floor: v.optional(
    v.strictObject({
      Width: v.optional(
        v.pipe(
          v.number(widthWords),
          v.integer(widthWords),
          v.minValue(LEAST_WIDTH, widthWords),
          v.maxValue(4096, widthWords),
        ),
        DEFAULT_FLOOR.Width,
      ),
      Fps: v.optional(
        v.pipe(v.number(fpsWords), v.minValue(1, fpsWords), v.maxValue(60, fpsWords)),
        DEFAULT_FLOOR.Fps,
      ),
    }),
    DEFAULT_FLOOR,
  ),
  tries: v.optional(
    v.pipe(
      v.number(triesWords),
      v.integer(triesWords),
      v.minValue(2, triesWords),
      v.maxValue(MOST_TRIES, triesWords),
    ),
    DEFAULT_TRIES,
  ),
});

/** `fit` of a rendition: the name of a preset, or how many bytes it may have. */
export const fitSchema = v.pipe(
  // A union would tell of a wrong field only that it is none of both.
  v.lazy((input) =>
    typeof input === 'object' && input !== null
      ? whole
      : v.picklist(PRESET_NAMES, `${PRESET_NAMES.join(', ')}, or an object with maxBytes`),
  ),
  v.transform((given): Fit => {
    if (typeof given === 'object') return given;
    return { ...PRESETS[given], floor: DEFAULT_FLOOR, tries: DEFAULT_TRIES };
  }),
);
