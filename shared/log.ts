import { cutText } from './ci/cut-text.ts';
import type { LogLevel } from './config.ts';

export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one JSON object a line. */
export interface Log {
  readonly debug: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const SECRET_NAME = /authorization|secret|token|password|signature|cookie/i;
const REDACTED = '[redacted]';

/** Places in a text where a secret stands whatever the field is called. */
const SECRET_TEXT: readonly [RegExp, string][] = [
  [/(q-signature=)[^&\s"]+/g, `$1${REDACTED}`],
  [/(Bearer\s+)[^\s"]+/gi, `$1${REDACTED}`],
  // However it is written: a slash too many or an encoded one is no reason to tell the token.
  [/(\/callbacks(?:\/|%2f)+)[^?\s"]+/gi, `$1${REDACTED}`],
  [/(:\/\/[^:/@\s"]*:)[^@/\s"]+(?=@)/g, `$1${REDACTED}`],
];

/** A log whose lines all carry `fields`, such as the invocation's request id. */
export function createLog(level: LogLevel, fields: LogFields = {}, write = console.log): Log {
  const at =
    (line: LogLevel) =>
    (message: string, more: LogFields = {}) => {
      if (LEVELS.indexOf(line) < LEVELS.indexOf(level)) return;
      write(JSON.stringify({ level: line, message, ...fields, ...more }, redact));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function redact(name: string, value: unknown): unknown {
  if (SECRET_NAME.test(name) && value !== undefined) return REDACTED;
  if (value instanceof Error) return { name: value.name, message: value.message, stack: framesOf(value) };
  if (typeof value !== 'string') return value;
  const open = SECRET_TEXT.reduce(
    (text, [pattern, replacement]) => text.replace(pattern, replacement),
    value,
  );
  return name === 'stack' ? open : cutText(open);
}

/** Where it was thrown, without the message, which may hold text from outside. */
function framesOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');
}
