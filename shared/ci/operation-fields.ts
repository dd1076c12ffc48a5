import * as v from 'valibot';
import { documented } from './documented.ts';

/** What the parameters of several kinds of jobs have in common; all of them arrive as text. */
const MIN_SIDE_PX = 128;
const MAX_SIDE_PX = 4096;
const MAX_FPS = 60;

export const nonEmpty = (what: string) => v.pipe(v.string(what), v.nonEmpty(what));

/** The key of an object: of the clip, or of what is made of it. */
export const objectKey = (what: string) => nonEmpty(`the key of ${what}`);

export const anyOf = (words: readonly string[]) => `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

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
export function decimal(expected: string, bounds: Bounds, digits = /^\d+(\.\d+)?$/) {
  return v.optional(
    v.pipe(
      v.string(expected),
      v.check((value) => value === '' || (digits.test(value) && isWithin(Number(value), bounds)), expected),
      documented({ type: ['number', 'string'], ...bounds, pattern: `^$|${digits.source}` }),
    ),
  );
}

export const side = decimal(
  `${MIN_SIDE_PX} to ${MAX_SIDE_PX} pixels`,
  { minimum: MIN_SIDE_PX, maximum: MAX_SIDE_PX },
  /^\d+$/,
);
export const fps = decimal(`more than 0, at most ${MAX_FPS}`, { exclusiveMinimum: 0, maximum: MAX_FPS });
const MILLISECONDS = /^\d+(\.\d{1,3})?$/;
export const secondsText = decimal('seconds from 0, to the millisecond', { minimum: 0 }, MILLISECONDS);

/** One of these words; '' means not set, as in CI's own answers. */
export function oneOf(words: readonly string[]) {
  return v.optional(v.picklist([...words, ''], anyOf(words)));
}

/** A part of the clip. */
export const timeInterval = v.optional(
  v.lazy((input) =>
    input === ''
      ? v.literal('')
      : v.looseObject({ Start: secondsText, Duration: secondsText }, 'an object with Start and Duration'),
  ),
);

/** Where a job writes: all three are required [doc]. */
export const output = v.looseObject(
  {
    Region: nonEmpty('a region such as ap-guangzhou'),
    Bucket: nonEmpty('a bucket such as media-1250000000'),
    Object: objectKey('the result'),
  },
  'an object with Region, Bucket and Object',
);

/** One operation: TemplateId wins over the node of its kind [doc]. */
export const operationWith = <Entries extends v.ObjectEntries>(node: Entries) =>
  v.lazy((input) =>
    hasTemplate(input)
      ? v.looseObject({ TemplateId: nonEmpty('the id of a template'), Output: output })
      : v.looseObject({ ...node, Output: output }),
  );

function hasTemplate(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'TemplateId' in input && input.TemplateId !== '';
}
