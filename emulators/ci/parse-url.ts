/** Not by `URL.canParse`: in Node 20 it refuses letters such as `ü` once the code that asks it is compiled. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
