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
  // Answers are chosen by media type and encoding alone.
  'negotiator/lib/charset.js': `module.exports = () => { ${REFUSAL} };`,
  'negotiator/lib/language.js': `module.exports = () => { ${REFUSAL} };`,
};

/** The same of what is Node's own, by the library that asks for it: it takes its time to load. */
const LEFT_OUT_OF_NODE: Readonly<Record<string, { readonly importer: string; readonly contents: string }>> = {
  // Answers are not streamed.
  'node:stream/web': { importer: '@middy/core', contents: 'export class ReadableStream {}' },
};

export const leftOut: Plugin = {
  name: 'left-out',
  setup({ onLoad, onResolve }) {
    for (const [file, contents] of Object.entries(LEFT_OUT)) {
      const escaped = `node_modules/${file}`.replaceAll('.', '\\.').replaceAll('/', '[/\\\\]');
      onLoad({ filter: new RegExp(`[/\\\\]${escaped}$`) }, () => ({ contents, loader: 'js' }));
    }
    for (const [name, { importer, contents }] of Object.entries(LEFT_OUT_OF_NODE)) {
      onResolve({ filter: new RegExp(`^${name}$`) }, (asked) =>
        asked.importer.includes(`node_modules/${importer}/`)
          ? { path: name, namespace: 'left-out' }
          : undefined,
      );
      onLoad({ filter: new RegExp(`^${name}$`), namespace: 'left-out' }, () => ({ contents, loader: 'js' }));
    }
  },
};
