import { describe, expect, it } from 'vitest';
import { convert } from 'xmlbuilder2';
import { readXml } from '../../../emulators/ci/xml/read-xml.ts';
import { writeXml } from '../../../emulators/ci/xml/write-xml.ts';

describe('a document is read', () => {
  it('with its entities and references decoded once', () => {
    const { text } = readXml('<a>&lt;&amp;lt;&#29483;&#x41;&quot;&apos;&gt;</a>');
    expect(text).toBe('<&lt;猫A"\'>');
  });

  it('with declaration, comments, CDATA, attributes and white space', () => {
    const root = readXml(
      `\ufeff<?xml version="1.0"?>\n<!-- c --><a x="1" y='<'>`.replace("'<'", "'2'") +
        ' <b/><c><![CDATA[<&]]></c> </a>\n',
    );
    expect(root.children.map((child) => [child.name, child.text])).toEqual([
      ['b', ''],
      ['c', '<&'],
    ]);
  });
});

describe('a document is refused when it has', () => {
  it.each([
    ['nothing', ''],
    ['no tag', 'junk'],
    ['text after the root', '<a/>x'],
    ['two roots', '<a/><b/>'],
    ['an open tag', '<a><b></b>'],
    ['a stray closing tag', '<a></b></a>'],
    ['tags that cross', '<a><b></a></b>'],
    ['an end within a tag', '<a'],
    ['an unknown entity', '<a>&x;</a>'],
    ['a bare ampersand', '<a>a & b</a>'],
    ['a reference to a surrogate', '<a>&#xD800;</a>'],
    ['a reference beyond Unicode', '<a>&#x110000;</a>'],
    ['a DOCTYPE', '<!DOCTYPE a><a/>'],
    ['a control character', '<a>\u0001</a>'],
    ['an attribute without quotes', '<a b=1/>'],
    ['a comment that is not closed', '<a><!-- </a>'],
    ['a CDATA end in text', '<a>]]></a>'],
    ['a name that is none', '<1/>'],
    ['a processing instruction', '<a><?php x ?></a>'],
    ['33 levels', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`],
  ])('%s', (_what, text) => {
    expect(() => readXml(text)).toThrow(/./);
  });
});

it('what is written is read back by an outside reader', () => {
  const text = 'a & b < c > d ]]> "e" \r\n 猫';
  const xml = writeXml('R', {
    Text: text,
    Empty: '',
    None: undefined,
    List: ['1', '2'],
    Deep: { A: { B: 'x' } },
    Bad: '\u0001',
  });
  const { R } = Object(convert(xml.replaceAll('&', '\u0000'), { format: 'object' }));
  expect(R).toMatchObject({ Empty: {}, List: ['1', '2'], Deep: { A: { B: 'x' } }, Bad: '\ufffd' });
  expect(readXml(xml).children[0]?.text).toBe(text.replace('\r\n', '\r\n'));
});
