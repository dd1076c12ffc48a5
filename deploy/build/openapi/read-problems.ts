import { readFileSync } from 'node:fs';

/** A code, as docs/problems.md explains it. */
export interface ProblemText {
  readonly Code: string;
  readonly Status: number;
  readonly Meaning: string;
  readonly Remedy: string;
}

const SECTION = /^### (\w+)\nStatus (\d{3})\. (.+)\n\n(.+)$/gm;

/** The sections of docs/problems.md, one a code. @throws Error for one that has no status, meaning or remedy */
export function readProblems(file: string): ProblemText[] {
  const text = readFileSync(file, 'utf8');
  const read = [...text.matchAll(SECTION)].map(([, Code = '', status, Meaning = '', Remedy = '']) => ({
    Code,
    Status: Number(status),
    Meaning,
    Remedy,
  }));
  const named = [...text.matchAll(/^### (.+)$/gm)].map(([, code]) => code);
  const broken = named.find((code) => !read.some(({ Code }) => Code === code));
  if (broken !== undefined)
    throw new Error(`${file}: ${broken}: expected a line "Status NNN. …", an empty line, and what to do`);
  return read;
}
