import * as v from 'valibot';
import { anyOf, decimal, fps, oneOf, side, timeInterval } from './operation-fields.ts';

/** The documented limits of an Animation job's parameters. */
const FORMATS = ['gif', 'hgif', 'webp'] as const;
const CODECS = ['gif', 'webp'] as const;

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
        Fps: fps,
        AnimateOnlyKeepKeyFrame: oneOf(['true', 'false']),
        AnimateTimeIntervalOfFrame: decimal('seconds, more than 0', { exclusiveMinimum: 0 }),
        AnimateFramesPerSecond: decimal('more than 0', { exclusiveMinimum: 0 }),
        Quality: decimal('1 up to, not including, 100', { minimum: 1, exclusiveMaximum: 100 }),
      },
      `an object with Codec: ${anyOf(CODECS)}`,
    ),
    TimeInterval: timeInterval,
  },
  'an object with Container and Video',
);
