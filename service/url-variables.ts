import { MAX_URL_BYTES } from './platform-limits.ts';

/**
 * Variables that tell a function where another one answers, and whose URL that is. A deployment fills in those that a
 * function declares and that come out empty.
 */
export const URL_VARIABLES: Readonly<Record<string, string>> = {
  CALLBACK_URL: 'callback',
};

/** What an environment will take once deployed: an empty variable is left out, or gets a URL. */
export function environmentBytes(declared: Readonly<Record<string, string>>): number {
  return Object.entries(declared).reduce((sum, [name, value]) => {
    const valueBytes =
      value === '' && Object.hasOwn(URL_VARIABLES, name) ? MAX_URL_BYTES : Buffer.byteLength(value);
    return valueBytes === 0 ? sum : sum + Buffer.byteLength(name) + valueBytes;
  }, 0);
}
