import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiDocument } from './openapi/api-document.ts';
import { readProblems } from './openapi/read-problems.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The functions that tell of the API. */
const WITH_DOCUMENT: readonly string[] = ['api', 'describe'];

/** What lies beside a function's code, by name. */
export function filesBeside(name: string): Readonly<Record<string, string>> {
  return WITH_DOCUMENT.includes(name) ? { 'openapi.json': document() } : {};
}

let written: string | undefined;

/** The API's document: the same for all who ask within one build. */
function document(): string {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  written ??= JSON.stringify(apiDocument(version, readProblems(path.join(ROOT, 'docs/problems.md'))));
  return written;
}
