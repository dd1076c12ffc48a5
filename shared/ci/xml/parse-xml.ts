import { XMLValidator } from 'fast-xml-parser';
import { type Lists, readTree } from './read-tree.ts';
import { XmlError } from './xml-error.ts';
import { isElement, NOT_XML, type XmlElement } from './xml-node.ts';

export interface XmlShape {
  /** the only root element that is accepted */
  readonly root: string;
  readonly maxBytes: number;
  /** what is a list even when it occurs once */
  readonly lists: Lists;
}

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
  // An entity declaration has no business in an answer of CI.
  if (/<!DOCTYPE/i.test(text)) throw new XmlError('expected XML without a DOCTYPE, got one');
  if (NOT_XML.test(text)) throw new XmlError('expected characters of XML 1.0, got another');
  expectWellFormed(text);
  const tree = readTree(text, shape.lists);
  const names = Object.keys(tree);
  const root = tree[shape.root];
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

/** The message of the validator quotes the document: only the place is told. */
function expectWellFormed(text: string): void {
  const found = XMLValidator.validate(text);
  if (found === true) return;
  const { line, col } = found.err;
  // It has no column where there are no elements at all.
  throw new XmlError(
    `expected well-formed XML, got ${col ? `a fault in line ${line}, column ${col}` : 'other text'}`,
  );
}

function describeNames(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => `<${name}>`).join(', ');
}
