import { cutText } from './cut-text.ts';

/** Input that was refused before anything was done: which field, what was expected, what came. */
export class InvalidField extends Error {
  override readonly name = 'InvalidField';
  readonly field: string;
  /** `required, …`, `expected …, got …` or `unknown; known are …` */
  readonly reason: string;

  /** What came as `show` tells it; without it the second argument is the whole reason. */
  constructor(field: string, expected: string, got?: string) {
    const reason = got === undefined ? expected : refusalReason(expected, cutText(got));
    // A field's path is made of the caller's own names.
    super(`${cutText(field)}: ${reason}`);
    this.field = cutText(field);
    this.reason = reason;
  }
}

const NOTHING = 'nothing';
const LONGEST_ECHO = 80;

/** Why a value is refused; what is not there is told to be required. */
export function refusalReason(expected: string, got: string): string {
  return got === NOTHING ? `required, ${expected}` : `expected ${expected}, got ${got}`;
}

/** Says what came, short enough for a message. */
export function show(value: unknown): string {
  if (value === undefined) return NOTHING;
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > LONGEST_ECHO ? `${text.slice(0, LONGEST_ECHO)}… (${text.length} characters)` : text;
}

/** Says only of what form it is: a value may be a secret. */
export function shapeOf(value: unknown): string {
  if (value === undefined) return NOTHING;
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `text of ${value.length} characters`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
