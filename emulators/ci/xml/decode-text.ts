export class XmlSyntaxError extends Error {
  override readonly name = 'XmlSyntaxError';
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids them
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** Decodes the five entities and numeric references, once; any other `&` is a syntax error. */
export function decodeText(raw: string): string {
  if (raw.includes(']]>')) throw new XmlSyntaxError('"]]>" stands in text');
  const text = raw
    .replace(/\r\n?/g, '\n')
    .replace(/&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|([A-Za-z]+));|&/g, (whole, decimal, hex, name) => {
      const character = name === undefined ? reference(decimal, hex) : ENTITIES[name];
      if (character === undefined) throw new XmlSyntaxError(`${JSON.stringify(whole)} is not a known entity`);
      return character;
    });
  if (FORBIDDEN.test(text)) throw new XmlSyntaxError('a control character stands in text');
  return text;
}

function reference(decimal: string | undefined, hex: string | undefined): string | undefined {
  if (decimal === undefined && hex === undefined) return undefined;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return code > 0x10ffff || surrogate ? undefined : String.fromCodePoint(code);
}
