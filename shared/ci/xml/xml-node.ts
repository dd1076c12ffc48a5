/** An XML element's content: text, or child elements by name, repeated ones as a list. Attributes are not kept. */
export type XmlNode = string | XmlElement | XmlNode[];

export interface XmlElement {
  [name: string]: XmlNode | undefined;
}

export function isElement(node: XmlNode | undefined): node is XmlElement {
  return typeof node === 'object' && !Array.isArray(node);
}

/** What XML 1.0 cannot carry, escaped or not: most control characters, lone surrogates, U+FFFE and U+FFFF. */
export const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
