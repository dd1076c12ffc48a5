import { endsAlike, lastEnding } from './ending.ts';
import type { Rule } from './rule.ts';

/** An object's place and name. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
}

export interface NewObject extends ObjectPlace {
  readonly size: number;
}

/** Whether a rule is for objects of this place and name, whatever their size. */
export function catches(rule: Rule, object: ObjectPlace): boolean {
  const { key } = object;
  return (
    isBelow(rule, object) &&
    // PostgreSQL cannot note such a key.
    !key.includes('\0') &&
    !isHidden(rule, key) &&
    rule.suffixes.some((suffix) => endsAlike(key, suffix) && key.length > rule.prefix.length + suffix.length)
  );
}

/** Why a rule that catches the object does nothing with it all the same; undefined when it submits. */
export function reasonAgainst(rule: Rule, { size }: NewObject): string | undefined {
  if (rule.paused) return 'the rule is paused';
  if (size === 0) return 'the object is empty';
  if (rule.maxBytes !== undefined && size > rule.maxBytes) return `more than ${rule.maxBytes} bytes`;
  return undefined;
}

/** Why no rule catches an object that lies where some are for; undefined when none is for its place, or one catches it. */
export function reasonUncaught(rules: readonly Rule[], object: ObjectPlace): string | undefined {
  const here = rules.filter((rule) => isBelow(rule, object));
  if (here.length === 0 || here.some((rule) => catches(rule, object))) return undefined;
  const { key } = object;
  if (key.endsWith('/')) return 'it is a folder';
  if (here.every((rule) => isHidden(rule, key))) return 'a name that begins with a dot is hidden';
  const ending = lastEnding(key.slice(key.lastIndexOf('/') + 1));
  return `no rule takes ${ending === '' ? 'a name without an ending' : ending}`;
}

function isBelow(rule: Rule, { bucket, region, key }: ObjectPlace): boolean {
  return rule.bucket === bucket && rule.region === region && key.startsWith(rule.prefix);
}

/**
 * A file or folder below the prefix whose name begins with a dot is none of the user's clips: `._IMG_1.mov` and
 * `.AppleDouble/IMG_1.mov` are what a Mac notes beside them, `.thumbnails/` what a phone does. `.` and `..` are no names.
 */
function isHidden({ prefix }: Rule, key: string): boolean {
  const segments = key.slice(prefix.length).split('/');
  // The rule itself says how this one begins.
  const given = prefix === '' || prefix.endsWith('/') ? 0 : 1;
  const file = segments.length - 1;
  return segments.some(
    (segment, index) =>
      index >= given && segment.startsWith('.') && (index === file || !/^\.\.?$/.test(segment)),
  );
}
