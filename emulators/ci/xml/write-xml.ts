/** An element's content: text, child elements by name, or one of these per repeated sibling. `undefined` is left out. */
type XmlContent = string | XmlTree | readonly XmlContent[] | undefined;
export interface XmlTree {
  readonly [name: string]: XmlContent;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };
// XML 1.0 has no way to write these, not even as a reference; an object key may hold them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Writes one document, compact: the official Node client keeps white space between elements as text. */
export function writeXml(root: string, content: XmlTree): string {
  return `<?xml version="1.0" encoding="utf-8"?>${element(root, content)}`;
}

function element(name: string, content: XmlContent): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((one) => element(name, one)).join('');
  const inner = typeof content === 'string' ? escapeText(content) : children(content as XmlTree);
  return inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`;
}

function children(tree: XmlTree): string {
  return Object.entries(tree)
    .map(([name, content]) => element(name, content))
    .join('');
}

function escapeText(text: string): string {
  return text.replace(UNWRITABLE, '\ufffd').replace(/[&<>\r]/g, (character) => ESCAPES[character] ?? '');
}
