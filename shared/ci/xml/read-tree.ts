import { decodeReferences } from './character-references.ts';
import { XmlError } from './xml-error.ts';
import type { XmlElement, XmlNode } from './xml-node.ts';

/** What may be repeated below an element, by name: there one occurrence is a list of one. */
export interface Lists {
  readonly isList: boolean;
  readonly below: ReadonlyMap<string, Lists>;
}

/** An element that is being read. */
interface Open {
  readonly name: string;
  readonly lists: Lists | undefined;
  readonly parent: Open | undefined;
  /** What ends and does not say how often it may come; undefined as long as there are no child elements. */
  children: XmlElement | undefined;
  /** Text up to the last CDATA section, decoded. */
  text: string;
  /** Text since then, as it is written. */
  raw: string;
}

/** As deep as fast-xml-parser goes. */
const MAX_DEPTH = 100;
/** Names that would reach into what every object has. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const SPACE = 0x20;
const SLASH = 0x2f;
const WHITESPACE_ONLY = /^\s*$/;
const NOT_WELL_FORMED = 'expected well-formed XML, got other text';

/** Paths such as `Response.JobsDetail` as a tree. */
export function listsOf(paths: Iterable<string>): Lists {
  interface Growing extends Lists {
    isList: boolean;
    readonly below: Map<string, Growing>;
  }
  const root: Growing = { isList: false, below: new Map() };
  for (const path of paths) {
    let at = root;
    for (const name of path.split('.')) {
      const below = at.below.get(name) ?? { isList: false, below: new Map() };
      at.below.set(name, below);
      at = below;
    }
    at.isList = true;
  }
  return root;
}

/**
 * Reads a document that a validator has found well-formed and without a DOCTYPE: elements by name, all scalars strings,
 * references decoded once. Attributes, comments, processing instructions and text beside elements are left out, and text
 * of white space alone is none.
 *
 * @returns the elements at the top, by name
 * @throws XmlError for what is too deep, has a name that every object has, or refers to what is no character of XML
 */
export function readTree(document: string, lists: Lists): XmlElement {
  const text = document.includes('\r') ? document.replace(/\r\n?/g, '\n') : document;
  // Read where nobody asks for it, too: most documents have no such reference at all.
  const hasNumbers = text.includes('&#');
  const top: Open = { name: '', lists, parent: undefined, children: undefined, text: '', raw: '' };
  let open = top;
  let depth = 0;
  for (let at = 0; ; ) {
    const tag = text.indexOf('<', at);
    if (tag === -1) break;
    if (tag > at && open.children === undefined) open.raw += text.slice(at, tag);
    if (hasNumbers) decodeReferences(text.slice(at, tag));
    switch (text[tag + 1]) {
      case '/':
        at = endOf(text, '>', tag);
        if (open.parent === undefined || text.slice(tag + 2, at - 1).trimEnd() !== open.name)
          throw new XmlError(NOT_WELL_FORMED);
        addTo(open.parent, open);
        open = open.parent;
        depth -= 1;
        break;
      case '?':
        if (text[tag + 2] === '>') throw new XmlError(NOT_WELL_FORMED);
        at = endOf(text, '?>', tag + 2);
        break;
      case '!':
        if (text.startsWith('--', tag + 2)) {
          at = endOf(text, '-->', tag + '<!--'.length);
        } else if (text.startsWith('[CDATA[', tag + 2)) {
          at = endOf(text, ']]>', tag);
          open.text += decodeReferences(open.raw) + text.slice(tag + '<![CDATA['.length, at - ']]>'.length);
          open.raw = '';
        } else {
          throw new XmlError(NOT_WELL_FORMED);
        }
        break;
      default: {
        at = endOf(text, '>', tag);
        let inside = text.slice(tag + 1, at - 1);
        if (inside.includes('=')) {
          at = afterAttributes(text, tag);
          inside = text.slice(tag + 1, at - 1);
        }
        if (hasNumbers) decodeReferences(inside);
        const name = nameOf(inside);
        if (RESERVED.has(name)) throw new XmlError(`expected no element <${name}>, got one`);
        const child = {
          name,
          lists: open.lists?.below.get(name),
          parent: open,
          children: undefined,
          text: '',
          raw: '',
        };
        if (inside.endsWith('/')) {
          addTo(open, child);
        } else {
          if (depth > MAX_DEPTH) throw new XmlError(`expected at most ${MAX_DEPTH} elements in each other`);
          depth += 1;
          open.children ??= {};
          open = child;
        }
      }
    }
  }
  if (open !== top) throw new XmlError(NOT_WELL_FORMED);
  return contentOf(top.children ?? {}, lists);
}

/** Where the text goes on after the next `end`. */
function endOf(text: string, end: string, from: number): number {
  const found = text.indexOf(end, from);
  if (found === -1) throw new XmlError(NOT_WELL_FORMED);
  return found + end.length;
}

/** The same behind a tag with attributes, whose quoted values may hold a `>`. */
function afterAttributes(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '"' || letter === "'") at = endOf(text, letter, at + 1) - 1;
    else if (letter === '>') return at + 1;
  }
  throw new XmlError(NOT_WELL_FORMED);
}

function nameOf(inside: string): string {
  for (let at = 0; at < inside.length; at += 1) {
    const code = inside.charCodeAt(at);
    if (code <= SPACE || code === SLASH) return inside.slice(0, at);
  }
  return inside;
}

function addTo(parent: Open, { name, lists, children, text, raw }: Open): void {
  const value = children === undefined ? scalar(text + decodeReferences(raw)) : contentOf(children, lists);
  parent.children ??= {};
  const siblings = parent.children;
  if (!Object.hasOwn(siblings, name)) {
    siblings[name] = lists?.isList ? [value] : value;
    return;
  }
  const before = siblings[name];
  if (Array.isArray(before)) before.push(value);
  else if (before !== undefined) siblings[name] = [before, value];
}

function scalar(text: string): string {
  return WHITESPACE_ONLY.test(text) ? '' : text;
}

/** Of what may be repeated, one empty element is none. */
function contentOf(children: XmlElement, lists: Lists | undefined): XmlElement {
  if (lists === undefined) return children;
  for (const [name, { isList }] of lists.below) {
    const items: XmlNode | undefined = isList ? children[name] : undefined;
    if (Array.isArray(items) && items.length === 1 && items[0] === '') children[name] = [];
  }
  return children;
}
