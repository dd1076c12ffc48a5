import fc from 'fast-check';
import type { XmlElement, XmlNode } from '../../shared/ci/xml/xml-node.ts';

/** Text that XML can carry, with all that is special in it. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...`<>&"' \n\t;#]!-/=x`, ']]>', '&amp;', '&#38;', 'é', '猫', '😀', '\r'),
    fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme-ascii' }),
  ),
  maxLength: 12,
});

/** A text as a reader of XML may take it: one that is only white space is none. */
const value = text.map((given) => (/^\s*$/.test(given) ? '' : given));

/** Not `constructor` and the like: the parser refuses or renames them, and no node of CI is called so. */
const name = fc.constantFrom('A', 'b', 'Object', 'State', 'JobId', 'Code', 'x-y.z_1', 'Name2');

/** Elements below a job that nobody acts on: any depth, repeated ones too. */
const { node } = fc.letrec<{ node: XmlNode; element: XmlElement }>((tie) => ({
  element: fc
    .uniqueArray(
      fc.tuple(name, fc.oneof(tie('node'), fc.array(tie('node'), { minLength: 2, maxLength: 3 }))),
      { minLength: 1, maxLength: 3, selector: ([key]) => key },
    )
    .map((entries) => Object.fromEntries(entries) as XmlElement),
  node: fc.oneof({ depthSize: 'small' }, value, tie('element')) as fc.Arbitrary<XmlNode>,
}));

const word = fc.stringMatching(/^[A-Za-z0-9]{1,20}$/);

/** A job as it may come, with what it holds. */
export const job = fc
  .record({
    JobId: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    State: fc.oneof(fc.constantFrom('Submitted', 'Running', 'Success', 'Failed', 'Cancel', 'Pause'), word),
    Tag: word,
    Message: value,
    Workflow: fc.record({ RunId: word, Any: node }),
  })
  .map((given) => given as unknown as XmlElement);

/** How one document may say a thing. */
export type Style = fc.GeneratorValue;

/** Writes a tree down in one of the many ways that mean the same: this shares no code with what is tested. */
export function writeTree(name: string, tree: XmlNode, style: Style): string {
  if (Array.isArray(tree)) return tree.map((item) => writeTree(name, item, style)).join(gap(style));
  if (tree === '') return style(fc.constantFrom, `<${name}/>`, `<${name}></${name}>`, `<${name} a="1&lt;"/>`);
  if (typeof tree === 'string') return `<${name}>${writeText(tree, style)}</${name}>`;
  const children = Object.entries(tree).map(([child, inner]) => writeTree(child, inner ?? '', style));
  return `<${name}>${gap(style)}${children.join(gap(style))}${gap(style)}</${name}>`;
}

function gap(style: Style): string {
  return style(fc.constantFrom, '', '', '\n  ', '\t', '<!-- <a> & -->', '<?pi x?>');
}

function writeText(given: string, style: Style): string {
  const asCdata = style(fc.boolean) && !given.includes(']]>') && !given.includes('\r');
  if (asCdata) return `<![CDATA[${given}]]>`;
  return Array.from(given, (letter) => {
    if (letter === '\r') return '&#13;';
    const isSpecial = '<>&'.includes(letter);
    if (!isSpecial && !style(fc.boolean)) return letter;
    const code = letter.codePointAt(0) ?? 0;
    const named = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' }[letter];
    return style(fc.constantFrom, `&#${code};`, `&#x${code.toString(16)};`, ...(named ? [named] : []));
  }).join('');
}
