import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { listsOf, readTree } from '../../shared/ci/xml/read-tree.ts';
import { XmlError } from '../../shared/ci/xml/xml-error.ts';

/*
 * The reader is judged by fast-xml-parser's own: the same tree of whatever its validator lets through.
 */

/** As many again are mutated: 100 000 in all, other ones each time. */
const DOCUMENTS = 50_000;

const PATHS = ['a', 'a.b', 'a.b.c', 'a.c', 'x:y.b'];
const LISTS = listsOf(PATHS);

type Node = string | Node[] | { [name: string]: Node };

/** What the library makes of it, without the text that stands beside elements. */
function judged(text: string): Node {
  const parser = new XMLParser({
    ignoreAttributes: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true,
    isArray: (_name, path) => PATHS.includes(String(path)),
  });
  return withoutIndentation(parser.parse(text));
}

function withoutIndentation(node: Node): Node {
  if (typeof node === 'string') return /^\s*$/.test(node) ? '' : node;
  if (Array.isArray(node)) {
    const items = node.map(withoutIndentation);
    return items.length === 1 && items[0] === '' ? [] : items;
  }
  const children = Object.entries(node).filter(([name]) => name !== '#text');
  const text = node['#text'];
  if (children.length === 0 && typeof text === 'string') return withoutIndentation(text);
  return Object.fromEntries(children.map(([name, child]) => [name, withoutIndentation(child)]));
}

const name = fc.constantFrom('a', 'b', 'c', 'd', 'x:y', 'JobsDetail', '名', '_1-.');
const space = fc.constantFrom('', ' ', '\n', '\r\n', '\t', ' \n ');
const piece = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.string({
      unit: fc.constantFrom('a', 'Z', ' ', '\n', '\r', '字', '🎞', ']', '>', '-', '/', '='),
    }),
  },
  fc.constantFrom(
    '&amp;',
    '&lt;',
    '&gt;',
    '&quot;',
    '&apos;',
    '&#65;',
    '&#x5B57;',
    '&#X41;',
    '&#128512;',
    '&#32;',
    '&unknown;',
  ),
  fc.constantFrom('<!-- a > b -->', '<!----><!-- <a> -->', '<?pi it is?>', '<?style href="a"?>'),
  fc.constantFrom('<![CDATA[]]>', '<![CDATA[ ]]>', '<![CDATA[<a>&amp;</a>]] >\r\n]]>', '<![CDATA[x]]>'),
);
const attributes = fc.constantFrom('', ' a="1"', " b = '>'", ' a="/" b="\'"', ' c="x\ty"', ' href="a/b/"');
const tree = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc
    .tuple(name, attributes, space, tie('content'), fc.integer({ min: 0, max: 5 }))
    .map(([tag, given, gap, content, kind]) =>
      kind === 0 ? `<${tag}${given}${gap}/>` : `<${tag}${given}${gap}>${content}</${tag}${gap.trim()}>`,
    ),
  content: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.array(piece, { maxLength: 3 }).map((parts) => parts.join('')),
    fc.array(fc.oneof(tie('element'), piece, space), { maxLength: 6 }).map((parts) => parts.join('')),
  ),
}));
const prolog = fc.constantFrom(
  '',
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<?xml version="1.0"?>\n<!-- x -->\n',
);
const document = fc
  .tuple(prolog, name, attributes, tree.content, space)
  .map(([before, root, given, content, after]) => `${before}<${root}${given}>${content}</${root}>${after}`);

/** Documents with a few letters lost, doubled or put somewhere else. */
const mutated = fc
  .tuple(
    document,
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat(12),
        fc.constantFrom('', '<', '>', '/', '"', "'", '&', ';', '!', '?', ']]>', '<b>'),
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
  )
  .map(([text, cuts]) =>
    cuts.reduce((left, [place, length, put]) => {
      const at = place % (left.length + 1);
      return left.slice(0, at) + put + left.slice(at + length);
    }, text),
  );

function expectSame(text: string): void {
  if (XMLValidator.validate(text) !== true || /<!DOCTYPE/i.test(text)) return;
  // The library drops such a character.
  if (/&#/.test(text) && /references to characters/.test(refusalOf(text))) return;
  // For the library an instruction whose quotes do not match ends elsewhere.
  if (Array.from(text.matchAll(/<\?(.*?)\?>/gs)).some(([, inside = '']) => hasOpenQuote(inside))) return;
  let theirs: Node | undefined;
  try {
    theirs = judged(text);
  } catch {
    expect(() => readTree(text, LISTS), JSON.stringify(text)).toThrow();
    return;
  }
  // The library takes such for elements, instructions or CDATA: it is no XML, and is refused.
  if (/<!(?!--|\[CDATA\[)|<\?>|<\/(?:[^>"']|"[^"]*"|'[^']*')*\/>/.test(text) && refusalOf(text) !== '')
    return;
  expect(readTree(text, LISTS), JSON.stringify(text)).toEqual(theirs);
}

function hasOpenQuote(text: string): boolean {
  return /["']/.test(text.replace(/"[^"]*"|'[^']*'/g, ''));
}

/** What the reader says against a document; '' for one that it takes. */
function refusalOf(text: string): string {
  try {
    readTree(text, LISTS);
    return '';
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return error.message;
  }
}

describe('a document that is well-formed gives the tree that fast-xml-parser gives', () => {
  it('however it is written', () => {
    fc.assert(fc.property(document, expectSame), { numRuns: DOCUMENTS });
  });

  it('and so does whatever is left of one and still accepted', () => {
    fc.assert(fc.property(mutated, expectSame), { numRuns: DOCUMENTS });
  });
});

it('what every object has by itself is no name of an element', () => {
  for (const reserved of ['__proto__', 'constructor', 'prototype']) {
    expect(() => readTree(`<a><${reserved}>1</${reserved}></a>`, LISTS)).toThrow(reserved);
  }
  expect(readTree('<a><toString>1</toString></a>', LISTS)).toEqual({ a: [{ toString: '1' }] });
});

it('elements are refused where they are too deep', () => {
  const deep = (depth: number) => `${'<d>'.repeat(depth)}x${'</d>'.repeat(depth)}`;
  expect(() => readTree(deep(102), LISTS)).toThrow('expected at most 100 elements in each other');
  expectSame(deep(101));
});
