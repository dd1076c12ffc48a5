import { NOT_XML } from './xml-node.ts';

const REFERENCE = /&#(?:x([0-9a-f]+)|([0-9]+));/gi;
const LAST_CODE_POINT = 0x10_ff_ff;

/** Whether a numeric reference names what no XML document can hold: `&#0;`, half a surrogate pair, nothing at all. */
export function hasBadReference(text: string): boolean {
  // Most documents have none at all; in CDATA it would be text.
  return text.includes('&#') && Array.from(withoutCdata(text).matchAll(REFERENCE)).some(isBad);
}

function isBad([, hex, decimal]: RegExpExecArray): boolean {
  const codePoint = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return codePoint > LAST_CODE_POINT || NOT_XML.test(String.fromCodePoint(codePoint));
}

/** What stands outside of CDATA. A section without an end is not well-formed anyway. */
function withoutCdata(text: string): string {
  const parts = text.split('<![CDATA[');
  return parts.map((part, index) => (index === 0 ? part : part.slice(part.indexOf(']]>') + 1))).join('');
}
