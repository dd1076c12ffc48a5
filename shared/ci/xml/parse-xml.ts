import { XMLParser } from 'fast-xml-parser';
import { cutText } from '../cut-text.ts';
import { hasBadReference } from './character-references.ts';
import { isElement, NOT_XML, type XmlElement, type XmlNode } from './xml-node.ts';

export interface XmlShape {
  /** the only root element that is accepted */
  readonly root: string;
  readonly maxBytes: number;
  /** paths such as `Response.JobsDetail` that are lists even when they occur once */
  readonly lists: ReadonlySet<string>;
}

/** The document was refused before any value in it was believed. */
export class XmlError extends Error {
  override readonly name = 'XmlError';

  constructor(message: string) {
    super(cutText(message));
  }
}

const WHITESPACE_ONLY = /^\s*$/;

/**
 * Reads one UTF-8 document into plain values: all scalars strings, entities and numeric references decoded once.
 *
 * @throws XmlError for what is too large, not UTF-8, not well-formed, has a DOCTYPE or another root
 */
export function parseXml(bytes: Uint8Array, shape: XmlShape): XmlElement {
  if (bytes.byteLength > shape.maxBytes) {
    throw new XmlError(`expected at most ${shape.maxBytes} bytes of XML, got ${bytes.byteLength}`);
  }
  const text = decodeUtf8(bytes);
  // Refused as text, before the parser sees it: an entity declaration has no business in an answer of CI.
  if (/<!DOCTYPE/i.test(text)) throw new XmlError('expected XML without a DOCTYPE, got one');
  // The parser drops them, and what is left may be another value.
  if (hasBadReference(text)) throw new XmlError('expected references to characters of XML 1.0, got another');
  const tree = dropIndentation(parseWellFormed(text, shape.lists));
  const names = isElement(tree) ? Object.keys(tree) : [];
  const root = isElement(tree) ? tree[shape.root] : undefined;
  if (names.length !== 1 || root === undefined || Array.isArray(root)) {
    throw new XmlError(`expected one root element <${shape.root}>, got ${describeNames(names)}`);
  }
  return isElement(root) ? root : {};
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new XmlError('expected UTF-8, got other bytes');
  }
}

function parseWellFormed(text: string, lists: ReadonlySet<string>): XmlNode {
  const parser = new XMLParser({
    ignoreAttributes: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    parseTagValue: false,
    // An object key may begin or end with a space.
    trimValues: false,
    // Without this numeric references stay as they are.
    htmlEntities: true,
    isArray: (_name, path) => lists.has(String(path)),
  });
  try {
    // `true` runs the validator first: without it a truncated document still gives a tree.
    return parser.parse(text, true);
  } catch (error) {
    throw new XmlError(`expected well-formed XML${placeIn(error)}`);
  }
}

/** The parser quotes the document, whole at worst, and names the place at the end. */
function placeIn(error: unknown): string {
  const [, line, column] = /:(\d+):(\d+)$/.exec(error instanceof Error ? error.message.slice(-30) : '') ?? [];
  return line === undefined ? ', got other text' : `, got a fault in line ${line}, column ${column}`;
}

/** Untrimmed, the white space between elements comes as text of its own: text beside elements says nothing here. */
function dropIndentation(node: XmlNode): XmlNode {
  if (typeof node === 'string') return checkText(node);
  if (Array.isArray(node)) {
    const items = node.map(dropIndentation);
    // Of what may be repeated, one empty node is none.
    return items.length === 1 && items[0] === '' ? [] : items;
  }
  const children = Object.entries(node).filter(([name]) => name !== '#text');
  const text = node['#text'];
  if (children.length === 0 && typeof text === 'string')
    return WHITESPACE_ONLY.test(text) ? '' : checkText(text);
  return Object.fromEntries(
    children.map(([name, child]) => [name, child === undefined ? child : dropIndentation(child)]),
  );
}

/** A numeric reference may name what no XML document can hold. */
function checkText(text: string): string {
  if (NOT_XML.test(text)) throw new XmlError('expected characters of XML 1.0, got another');
  return text;
}

function describeNames(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => `<${name}>`).join(', ');
}
