import { XmlError } from './xml-error.ts';
import { NOT_XML } from './xml-node.ts';

const REFERENCE = /&(?:#x([0-9a-f]+)|#([0-9]+)|(amp|lt|gt|quot|apos));/gi;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const LAST_CODE_POINT = 0x10_ff_ff;

/**
 * Puts in what the references of a text or a tag stand for. Those that XML itself does not know stay as they are written.
 *
 * @throws XmlError for one to what no XML document can hold: `&#0;`, half a surrogate pair, no character at all
 */
export function decodeReferences(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(REFERENCE, (written, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
    if (decimal !== undefined) return characterOf(Number(decimal));
    return NAMED[name ?? ''] ?? written;
  });
}

function characterOf(codePoint: number): string {
  const character = codePoint > LAST_CODE_POINT ? '\0' : String.fromCodePoint(codePoint);
  if (NOT_XML.test(character))
    throw new XmlError('expected references to characters of XML 1.0, got another');
  return character;
}
