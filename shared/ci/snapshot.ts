import * as v from 'valibot';
import { decimal, oneOf, secondsText, side } from './operation-fields.ts';

/** The documented limits of a Snapshot job's parameters [doc 436/54013]. */
const MODES = ['Interval', 'Average', 'KeyFrame'] as const;
const OUT_MODES = ['OnlySnapshot', 'OnlySprite', 'SnapshotAndSprite'] as const;
const MAX_COUNT = 10_000;

const NUMBER = /\$\{number\}/i;

export const snapshot = v.looseObject(
  {
    Mode: oneOf(MODES),
    Start: secondsText,
    TimeInterval: decimal('seconds, more than 0', { exclusiveMinimum: 0 }),
    Count: decimal(`1 to ${MAX_COUNT}`, { minimum: 1, maximum: MAX_COUNT }, /^\d+$/),
    Width: side,
    Height: side,
    SnapshotOutMode: oneOf(OUT_MODES),
  },
  'an object with Mode, Start, TimeInterval and Count',
);

const pictures = v.object({
  TemplateId: v.optional(v.literal('')),
  Snapshot: v.object({ Count: v.optional(v.string()), SnapshotOutMode: v.optional(v.string()) }),
  Output: v.object({ Object: v.string() }),
});

/**
 * Where several pictures would be written over one another: a number in their keys tells them apart [doc]. What a template
 * makes is not known here, and a sprite is one picture.
 */
export function unnumberedKey(operation: unknown): string | undefined {
  const asked = v.safeParse(pictures, operation);
  if (!asked.success) return undefined;
  const { Snapshot, Output } = asked.output;
  const isOne = Snapshot.Count === '1' || Snapshot.SnapshotOutMode === 'OnlySprite';
  return isOne || NUMBER.test(Output.Object) ? undefined : Output.Object;
}
