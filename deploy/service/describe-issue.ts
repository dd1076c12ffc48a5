import type * as v from 'valibot';
import { environmentBytes } from './url-variables.ts';

const MAX_SHOWN_CHARACTERS = 100;

/**
 * What a schema found wrong in serverless.yml: `expected …, got …`.
 *
 * @param path from the top of the file
 */
export function describeIssue(issue: v.BaseIssue<unknown>, path: readonly string[]): string {
  const aboutKey = issue.path?.at(-1)?.origin === 'key';
  if (issue.type === 'strict_object' && aboutKey) {
    return issue.expected === 'never'
      ? 'expected no such key here: unknown keys are refused'
      : 'expected to be set, got nothing';
  }
  // The schema's own messages say what was expected; valibot's begin with "Invalid".
  const expected = issue.message.startsWith('Invalid ') ? issue.expected : issue.message;
  const secret = path.includes('environment') && !aboutKey;
  return `expected ${expected}, got ${secret ? describeSecret(issue.input) : describeValue(issue.input)}`;
}

function describeValue(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
}

/** The value of an environment variable may be a secret: only its shape is told. */
function describeSecret(value: unknown): string {
  return isTexts(value) ? `${environmentBytes(value)} bytes` : `a ${typeof value}`;
}

function isTexts(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((one) => typeof one === 'string')
  );
}
