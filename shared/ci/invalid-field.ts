/** Input that was refused before anything was done: which field, what was expected, what came. */
export class InvalidField extends Error {
  override readonly name = 'InvalidField';
  readonly field: string;
  readonly expected: string;
  readonly got: string;

  constructor(field: string, expected: string, got: string) {
    super(`${field}: expected ${expected}, got ${got}`);
    this.field = field;
    this.expected = expected;
    this.got = got;
  }
}

const LONGEST_ECHO = 80;

/** Says what came, short enough for a message. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > LONGEST_ECHO ? `${text.slice(0, LONGEST_ECHO)}… (${text.length} characters)` : text;
}
