import type { Finding } from './finding.ts';

const MARKS = { true: '✓', false: '✗', skipped: '–' } as const;

/** One line for each finding, with the remedy below it. */
export function formatFindings(findings: readonly Finding[]): string {
  return findings
    .flatMap(({ ok, text, remedy }) => [
      `${MARKS[`${ok}`]} ${text}`,
      ...(remedy === undefined ? [] : remedy.split('\n').map((line) => `    ${line}`)),
    ])
    .join('\n');
}
