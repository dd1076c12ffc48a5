/** The last character there is, and those that only come in pairs. */
const LAST = 0x10ffff;
const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;

/** The first text, in the order of bytes, that comes after all that begin so; undefined when none does. */
export function afterPrefix(prefix: string): string | undefined {
  const characters = [...prefix];
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const code = last.codePointAt(0) ?? LAST;
    if (code === LAST) continue;
    const next = code + 1 === FIRST_SURROGATE ? LAST_SURROGATE + 1 : code + 1;
    return `${characters.join('')}${String.fromCodePoint(next)}`;
  }
  return undefined;
}
