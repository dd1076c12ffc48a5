/**
 * The URL that a text is; undefined when it is none. `URL.canParse` is not asked: in Node 20 it says no to letters such as
 * `ü` once the code that asks it is compiled.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
