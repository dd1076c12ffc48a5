import type { Rule } from './rule.ts';

/** The parts of an output's key that we fill in; `${ext}` and `${jobid}` are CI's to expand [doc]. */
export const OUR_PLACEHOLDERS = ['name', 'dir', 'etag'] as const;
export const CI_PLACEHOLDERS = ['ext', 'jobid'] as const;

/**
 * Where the job of an object is to write: `${name}` is the object's name without its folder and ending, `${dir}` its
 * folder below the rule's prefix, with a slash behind it unless it is empty.
 */
export function outputKey(rule: Rule, object: { readonly key: string; readonly etag: string }): string {
  const below = object.key.slice(rule.prefix.length);
  const nameAt = below.lastIndexOf('/') + 1;
  const name = below.slice(nameAt);
  const endingAt = name.lastIndexOf('.');
  const values: Readonly<Record<string, string>> = {
    name: endingAt > 0 ? name.slice(0, endingAt) : name,
    dir: below.slice(0, nameAt),
    etag: object.etag,
  };
  return rule.output.object.replace(/\$\{(\w+)\}/g, (placeholder, word: string) => {
    const value = values[word];
    // CI would expand a placeholder that an uploader put into a name.
    return value === undefined ? placeholder : value.replaceAll('${', '_{');
  });
}
