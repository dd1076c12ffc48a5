// Writes client/operations.ts: where each operation of the document is found.
import { readFileSync, writeFileSync } from 'node:fs';

const { paths } = JSON.parse(readFileSync(new URL('../../dist/api/openapi.json', import.meta.url), 'utf8'));
const lines = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId, parameters }]) => {
    const flag = parameters.find(({ allowEmptyValue }) => allowEmptyValue)?.name;
    return `  ${operationId}: { method: '${method.toUpperCase()}', path: '${path}${flag ? `?${flag}` : ''}' },`;
  }),
);
writeFileSync(
  new URL('../operations.ts', import.meta.url),
  `// Made of openapi.json by client/generate.
export const OPERATIONS = {
${lines.join('\n')}
} as const;
`,
);
