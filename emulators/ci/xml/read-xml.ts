import { decodeText, XmlSyntaxError } from './decode-text.ts';

/** One element: its children in order, and its own text without theirs. Attributes are checked, then dropped. */
export interface XmlElement {
  name: string;
  text: string;
  children: XmlElement[];
}

const MAX_DEPTH = 32;
const NAME = '[A-Za-z_][\\w.:-]*';
const TAG = new RegExp(`^<(/?)(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>$`);
const DECLARATION = /^<\?xml\s[^?]*\?>/;

/**
 * Reads one well-formed document and nothing else: tags that do not match, text outside the root, an unknown entity,
 * a DOCTYPE or a second root throw `XmlSyntaxError`. (xmlbuilder2's reader takes all of these.)
 */
export function readXml(source: string): XmlElement {
  const text = source.replace(/^\ufeff/, '').replace(DECLARATION, '');
  const document: XmlElement = { name: '', text: '', children: [] };
  const open = [document];
  for (const token of tokens(text)) {
    const parent = open.at(-1) ?? document;
    if (!token.startsWith('<')) addText(parent, decodeText(token), parent === document);
    else if (token.startsWith('<!--')) continue;
    else if (token.startsWith('<![CDATA[')) addText(parent, token.slice(9, -3), parent === document);
    else readTag(token, open, parent);
  }
  const [root] = document.children;
  if (open.length > 1) throw new XmlSyntaxError(`<${open.at(-1)?.name}> is not closed`);
  if (root === undefined) throw new XmlSyntaxError('there is no root element');
  return root;
}

/** Cuts the text into tags, comments, CDATA sections and runs of text. */
function* tokens(text: string): Generator<string> {
  let at = 0;
  while (at < text.length) {
    const end = tokenEnd(text, at);
    yield text.slice(at, end);
    at = end;
  }
}

function tokenEnd(text: string, at: number): number {
  if (text[at] !== '<') {
    const next = text.indexOf('<', at);
    return next === -1 ? text.length : next;
  }
  const close = text.startsWith('<!--', at) ? '-->' : text.startsWith('<![CDATA[', at) ? ']]>' : '>';
  const end = text.indexOf(close, at + 1);
  if (end === -1) throw new XmlSyntaxError('the document ends inside a tag');
  return end + close.length;
}

function addText(element: XmlElement, text: string, outside: boolean): void {
  if (outside && text.trim() !== '') throw new XmlSyntaxError('there is text outside the root element');
  element.text += text;
}

function readTag(token: string, open: XmlElement[], parent: XmlElement): void {
  const match = TAG.exec(token);
  if (match === null) throw new XmlSyntaxError(`${JSON.stringify(token.slice(0, 40))} is not allowed here`);
  const [, closing, name = '', attributes, empty] = match;
  if (closing) {
    if (parent.name !== name || attributes || empty) {
      throw new XmlSyntaxError(`</${name}> does not close <${parent.name}>`);
    }
    open.pop();
    return;
  }
  if (open.length === 1 && parent.children.length > 0)
    throw new XmlSyntaxError('there is more than one root');
  if (open.length > MAX_DEPTH) throw new XmlSyntaxError(`elements are nested deeper than ${MAX_DEPTH}`);
  const element: XmlElement = { name, text: '', children: [] };
  parent.children.push(element);
  if (!empty) open.push(element);
}
