import { type CodeText, en, type Words } from './en.ts';
import { zh } from './zh.ts';

export type Language = 'en' | 'zh';

/** Beside the name of a state: the same without a colour. */
const SIGNS = {
  Pending: '…',
  Submitted: '…',
  Running: '▶',
  Pause: '‖',
  Success: '✓',
  Failed: '✕',
  Cancel: '–',
  Missing: '?',
  Superseded: '⇢',
} as const satisfies Record<keyof Words['states'], string>;

const WORDS: Readonly<Record<Language, Words>> = { en, zh };

/** What a state or an outcome is called; one that we do not know by its own name. */
export function stateText(language: Language, state: string): string {
  const { states } = WORDS[language];
  return isKey(states, state) ? states[state] : state;
}

export function signOf(state: string): string {
  return isKey(SIGNS, state) ? SIGNS[state] : '·';
}

/** Undefined for a code that nobody has described: CI publishes no list of those of jobs. */
export function codeText(language: Language, code: string): CodeText | undefined {
  const { codes } = WORDS[language];
  return isKey(codes, code) ? codes[code] : undefined;
}

function isKey<T extends object>(record: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(record, key);
}
