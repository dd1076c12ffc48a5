// Writes client/operations.ts, or the file named second, of the document, or the one named first: where each operation is found.
import { readFileSync, writeFileSync } from 'node:fs';

const here = (file) => new URL(file, import.meta.url);
const [, , document = here('../../dist/api/openapi.json'), made = here('../operations.ts')] = process.argv;

const { paths } = JSON.parse(readFileSync(document, 'utf8'));
const lines = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId, parameters }]) => {
    const flag = parameters.find(({ allowEmptyValue }) => allowEmptyValue)?.name;
    return `  ${operationId}: { method: '${method.toUpperCase()}', path: '${path}${flag ? `?${flag}` : ''}' },`;
  }),
);
writeFileSync(
  made,
  `// Made of openapi.json by client/generate.
export const OPERATIONS = {
${lines.join('\n')}
} as const;
`,
);
