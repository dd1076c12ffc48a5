import type { Rule } from './rule.ts';

export interface NewObject {
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
  readonly size: number;
}

/** Whether a rule is for objects of this place and name, whatever their size. */
export function catches(rule: Rule, { bucket, region, key }: Omit<NewObject, 'size'>): boolean {
  return (
    rule.bucket === bucket &&
    rule.region === region &&
    key.startsWith(rule.prefix) &&
    // PostgreSQL cannot note such a key.
    !key.includes('\0') &&
    // `clips/.mp4` is a hidden file and not a clip without a name.
    rule.suffixes.some((suffix) => key.endsWith(suffix) && key.length > rule.prefix.length + suffix.length)
  );
}

/** Why a rule that catches the object does nothing with it all the same; undefined when it submits. */
export function reasonAgainst(rule: Rule, { size }: NewObject): string | undefined {
  if (rule.paused) return 'the rule is paused';
  if (size === 0) return 'the object is empty';
  if (rule.maxBytes !== undefined && size > rule.maxBytes) return `more than ${rule.maxBytes} bytes`;
  return undefined;
}
