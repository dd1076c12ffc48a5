import type { XmlElement, XmlNode } from './xml-node.ts';

const ELEMENT_NAME = /^[A-Za-z_][\w.-]*$/;
/** What XML 1.0 cannot carry, escaped or not: most control characters, lone surrogates, U+FFFE and U+FFFF. */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  // A parser turns a bare carriage return into a line feed.
  '\r': '&#13;',
};

/** A value or a name that XML has no way to write. `field` is its path, such as `Operation.UserData`. */
export class UnwritableXml extends Error {
  override readonly name = 'UnwritableXml';
  readonly field: string;

  constructor(field: string, expected: string) {
    super(`${field}: expected ${expected}`);
    this.field = field;
  }
}

/** Writes one element; lists become repeated elements. Throws UnwritableXml, naming the field. */
export function writeXml(root: string, content: XmlElement): string {
  return writeElement(root, content, '');
}

function writeElement(name: string, node: XmlNode, path: string): string {
  if (!ELEMENT_NAME.test(name)) throw new UnwritableXml(path || name, 'names of XML elements');
  if (typeof node === 'string') return `<${name}>${escapeText(node, path)}</${name}>`;
  if (Array.isArray(node)) return node.map((item) => writeElement(name, item, path)).join('');
  const children = Object.entries(node).map(([child, value]) =>
    value === undefined ? '' : writeElement(child, value, path === '' ? child : `${path}.${child}`),
  );
  return `<${name}>${children.join('')}</${name}>`;
}

function escapeText(text: string, path: string): string {
  if (NOT_XML.test(text)) throw new UnwritableXml(path, 'characters that XML 1.0 can carry');
  return text.replace(/[&<>\r]/g, (char) => ESCAPES[char] ?? char);
}
