import type { Plugin } from 'esbuild';

const REFUSAL = `throw new Error('left out of the bundle: see deploy/build/left-out.ts')`;

/**
 * Parts of libraries that no function reaches and a bundler cannot tell apart, with what stands in their place: by
 * their file in node_modules. What is reached all the same says so.
 */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  // Logical replication and large objects. A client of the former is made with each client otherwise.
  'postgres/src/subscribe.js': `export default () => () => { ${REFUSAL} }`,
  'postgres/src/large.js': `export default () => { ${REFUSAL} }`,
  // A document with a DOCTYPE is refused as text, before the parser sees it (shared/ci/xml/parse-xml.ts).
  'fast-xml-parser/src/xmlparser/DocTypeReader.js': `
    export default class DocTypeReader {
      setXmlVersion() {}
      readDocType() { ${REFUSAL} }
    }`,
  // 17 KB of patterns for the entities that a DOCTYPE declares: every one of them would be blocked.
  'is-unsafe/src/index.js': `export const HTML = [], XML = [], isUnsafe = () => true;`,
  // All values are read as text: no number, no path of its own for elements whose content is not XML.
  'strnum/strnum.js': `export default () => { ${REFUSAL} }`,
  'path-expression-matcher/src/Expression.js': `export default class Expression { constructor() { ${REFUSAL} } }`,
  'path-expression-matcher/src/ExpressionSet.js': `
    export default class ExpressionSet {
      size = 0;
      seal() {}
      add() { ${REFUSAL} }
    }`,
  // Answers are chosen by media type and encoding alone.
  'negotiator/lib/charset.js': `module.exports = () => { ${REFUSAL} };`,
  'negotiator/lib/language.js': `module.exports = () => { ${REFUSAL} };`,
};

export const leftOut: Plugin = {
  name: 'left-out',
  setup({ onLoad }) {
    for (const [file, contents] of Object.entries(LEFT_OUT)) {
      const escaped = `node_modules/${file}`.replaceAll('.', '\\.').replaceAll('/', '[/\\\\]');
      onLoad({ filter: new RegExp(`[/\\\\]${escaped}$`) }, () => ({ contents, loader: 'js' }));
    }
  },
};
