import { styleText } from 'node:util';
import Table from 'cli-table3';
import { type Language, signOf, stateText } from '../shared/words/words.ts';

/** Escapes that a terminal obeys are no part of a name. */
const CONTROL = /[\p{Cc}\p{Cf}]/gu;
const COLOURS = { Success: 'green', Failed: 'red', Missing: 'red', Running: 'cyan' } as const;

export interface Terminal {
  /** A result. */
  print(text: string): void;
  /** A result as one line of JSON. */
  printJson(value: unknown): void;
  printTable(heads: readonly string[], rows: readonly (readonly string[])[]): void;
  /** Everything that is no result. */
  note(text: string): void;
  /** A line that is written over itself; nothing where nobody looks. */
  progress(lines: readonly string[]): void;
  endProgress(): void;
  readonly isInteractive: boolean;
  readonly state: (name: string) => string;
}

export interface TerminalOptions {
  readonly language: Language;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly color: boolean;
}

/** Results go to stdout, everything else to stderr; colours and bars only where somebody looks. */
export function openTerminal({ language, quiet, json, color }: TerminalOptions): Terminal {
  const isInteractive = process.stderr.isTTY === true && !json && !quiet;
  const hasColour = color && process.stdout.isTTY === true && !process.env['NO_COLOR'];
  let shown = 0;
  const erase = () => {
    if (shown > 0) process.stderr.write(`\x1b[${shown}A\x1b[J`);
    shown = 0;
  };
  return {
    isInteractive,
    print: (text) => {
      erase();
      process.stdout.write(`${text}\n`);
    },
    printJson: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    printTable(heads, rows) {
      erase();
      const table = new Table({
        head: [...heads],
        style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
        chars: Object.fromEntries(BORDERS.map((name) => [name, ''])),
      });
      table.push(...rows.map((row) => row.map(plain)));
      process.stdout.write(`${table.toString().replace(/ +$/gm, '')}\n`);
    },
    note(text) {
      if (quiet) return;
      erase();
      process.stderr.write(`${text}\n`);
    },
    progress(lines) {
      if (!isInteractive) return;
      erase();
      process.stderr.write(lines.map((line) => `${line}\n`).join(''));
      shown = lines.length;
    },
    endProgress: erase,
    state(name) {
      const text = `${signOf(name)} ${stateText(language, name)}`;
      const colour = COLOURS[name as keyof typeof COLOURS];
      return hasColour && colour !== undefined ? styleText(colour, text) : text;
    },
  };
}

const BORDERS = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
];

/** Our own colours stay; what a name brings does not. */
function plain(text: string): string {
  return text.startsWith('\x1b[') ? text : text.replace(CONTROL, '�');
}
