import { InvalidField, show } from '../invalid-field.ts';
import { NOT_XML, type XmlElement, type XmlNode } from './xml-node.ts';

const ELEMENT_NAME = /^[\p{L}_][\p{L}\p{N}_.:-]*$/u;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  // A parser turns a bare carriage return into a line feed.
  '\r': '&#13;',
};

/** Writes one element; lists become repeated elements. @throws InvalidField for what XML cannot carry */
export function writeXml(root: string, content: XmlElement): string {
  return writeElement(root, content, '');
}

function writeElement(name: string, node: XmlNode, path: string): string {
  if (!ELEMENT_NAME.test(name)) {
    throw new InvalidField(path || 'body', 'names of XML elements', show(name));
  }
  if (typeof node === 'string') return `<${name}>${escapeText(node, path)}</${name}>`;
  if (Array.isArray(node)) return node.map((item) => writeElement(name, item, path)).join('');
  const children = Object.entries(node).map(([child, value]) =>
    value === undefined ? '' : writeElement(child, value, path === '' ? child : `${path}.${child}`),
  );
  return `<${name}>${children.join('')}</${name}>`;
}

function escapeText(text: string, path: string): string {
  if (NOT_XML.test(text)) throw new InvalidField(path, 'characters that XML 1.0 can carry', show(text));
  return text.replace(/[&<>\r]/g, (char) => ESCAPES[char] ?? char);
}
