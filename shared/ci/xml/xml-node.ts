/** An XML element's content: text, or child elements by name, repeated ones as a list. Attributes are not kept. */
export type XmlNode = string | XmlElement | XmlNode[];

export interface XmlElement {
  [name: string]: XmlNode | undefined;
}

export function isElement(node: XmlNode | undefined): node is XmlElement {
  return typeof node === 'object' && !Array.isArray(node);
}
