import { withoutEnding } from './ending.ts';
import type { Rule } from './rule.ts';

/** The parts of an output's key that we fill in; `${ext}`, `${jobid}` and, of pictures, `${number}` are CI's to expand [doc]. */
export const OUR_PLACEHOLDERS = ['file', 'name', 'dir', 'etag'] as const;
export const CI_PLACEHOLDERS = ['ext', 'jobid', 'number', 'Number'] as const;

/**
 * Where the job of an object is to write: `${file}` is the object's name without its folder, `${name}` the same without
 * its ending where that is spelled as in the rule, `${dir}` its folder below the rule's prefix, with a slash behind it
 * unless it is empty.
 */
export function outputKey(
  rule: Pick<Rule, 'prefix' | 'suffixes'> & { readonly output: { readonly object: string } },
  object: { readonly key: string; readonly etag: string },
): string {
  const below = object.key.slice(rule.prefix.length);
  const fileAt = below.lastIndexOf('/') + 1;
  const file = below.slice(fileAt);
  const values: ReadonlyMap<string, string> = new Map([
    ['file', file],
    ['name', withoutEnding(file, rule.suffixes)],
    ['dir', below.slice(0, fileAt)],
    ['etag', object.etag],
  ]);
  return rule.output.object.replace(/\$\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values.get(name);
    return value === undefined ? placeholder : escapePlaceholders(value);
  });
}

/**
 * CI would expand a placeholder that an uploader put into a name: `${` becomes `_{`. Underscores before a brace are
 * doubled, so that no two names become one.
 */
function escapePlaceholders(value: string): string {
  return value.replace(
    /(_*)(\$?)\{/g,
    (_, marks: string, dollar: string) => `${marks}${marks}${dollar && '_'}{`,
  );
}

/** The value that became this one. */
export function unescapePlaceholders(escaped: string): string {
  return escaped.replace(
    /(_+)\{/g,
    (_, marks: string) => `${'_'.repeat(marks.length / 2)}${marks.length % 2 === 1 ? '$' : ''}{`,
  );
}
