import { ANSWERS } from '../../../shared/http/answers/answers.ts';
import type { Route, TextSchemas } from '../../../shared/http/route.ts';
import { ROUTES } from '../../../shared/http/routes/routes.ts';
import { wordsOf } from './words-of.ts';

const WHO = {
  anyone: 'anyone',
  reader: 'a token of `API_TOKENS` or `READ_TOKENS`',
  writer: 'a token of `API_TOKENS`',
} as const;

/** docs/http.md: every route, from the table that the functions answer by. */
export function referencePage(): string {
  return `# The HTTP API

Made of the table of routes (shared/http/routes); \`GET /openapi.json\` tells the same to programs, with the form of every
answer. \`api\` answers all routes; \`describe\` those that a reading token may ask.

What is wrong is a problem: [problems.md](problems.md).

| route | who may ask | what it does |
| --- | --- | --- |
${ROUTES.map((route) => `| [\`${nameOf(route)}\`](#${route.operationId.toLowerCase()}) | ${route.caller} | ${route.summary} |`).join('\n')}

${ROUTES.map(section).join('\n')}`;
}

function section(route: Route): string {
  const answer = ANSWERS[route.operationId];
  const rows = [
    ...rowsOf('path', route.params),
    ...rowsOf('query', route.query),
    ...rowsOf('header', route.headers),
  ];
  return `## ${route.operationId}

\`${nameOf(route)}\`: ${route.summary}. For ${WHO[route.caller]}.
${rows.length === 0 ? '' : `\n| parameter | in | what |\n| --- | --- | --- |\n${rows.join('\n')}\n`}
Answers ${answer?.status}: ${answer?.description}${answer?.xml ? '; CI’s own document for who accepts `application/xml`' : ''}${answer?.html ? '; a page for who accepts `text/html` by name' : ''}.
`;
}

function rowsOf(place: string, schemas: TextSchemas): string[] {
  return Object.entries(schemas).map(([name, schema]) => `| \`${name}\` | ${place} | ${wordsOf(schema)} |`);
}

function nameOf({ method, path, flag }: Route): string {
  return `${method} ${path}${flag === undefined ? '' : `?${flag}`}`;
}
