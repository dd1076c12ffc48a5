import type { LogEntry } from '../../emulators/scf/log-entry.ts';
import { withoutToken } from '../../emulators/scf/without-token.ts';
import { printable } from './format-received.ts';
import { formatRun, type LoggedLine } from './format-run.ts';

const TROUBLE = new Set(['warn', 'error', 'fatal']);

/**
 * One short line for a person, or nothing for what a person need not see: the gateway's own line tells of every
 * request, so of what functions log as JSON only trouble is shown, and sweeps and deliveries that did something.
 */
export function formatLogEntry(entry: LogEntry): string | undefined {
  switch (entry.kind) {
    case 'request': {
      const { method, path, status, durationMs, functionName = 'gateway' } = entry;
      return `${method} ${withoutToken(path)} ${status} ${Math.round(durationMs)} ms ${functionName}`;
    }
    case 'report': {
      const { functionName, failure } = entry;
      return failure && `${functionName} failed: ${failure.code}: ${failure.stack ?? failure.message}`;
    }
    case 'line':
      return formatLine(entry.functionName, entry.text);
    case 'retry':
      return `${entry.functionName} is tried again in ${entry.delayMs / 1000} s (attempt ${entry.attempt})`;
    case 'dropped':
      return formatDrop(entry);
  }
}

/** `ignored clips/x.txt: no rule takes .txt`, for an object that a rule is near to and does not take; else nothing. */
export function formatIgnored(entry: LogEntry): string | undefined {
  const line = entry.kind === 'line' ? parseLogged(entry.text) : undefined;
  if (line?.['message'] !== 'object' || line['code'] !== 'NotTaken') return undefined;
  return printable(`ignored ${line['key']}: ${line['reason']}`);
}

/** The same for what the local Cloud Infinite + COS logs: a request to it follows from one that is shown already. */
export function formatCloudLine(line: Readonly<Record<string, unknown>>): string | undefined {
  const { level, event, ...details } = line;
  if (!TROUBLE.has(String(level))) return undefined;
  const fields = Object.entries(details).map(([name, value]) => `${name}=${value}`);
  return [`cloud ${level}: ${event}`, ...fields].join(' ');
}

function formatLine(functionName: string, text: string): string | undefined {
  const logged = parseLogged(text);
  if (logged === undefined) return `${functionName} | ${text}`;
  const { level, message } = logged;
  const trouble = TROUBLE.has(String(level)) ? `${functionName} ${level}: ${message}` : undefined;
  return formatRun(functionName, logged) ?? trouble;
}

function formatDrop({ functionName, attempts, cause }: Extract<LogEntry, { kind: 'dropped' }>) {
  if (cause === 'age') return `${functionName} was too busy: an event has grown too old and is dropped`;
  // A function that is never tried again has said already that it failed.
  return attempts > 1 ? `${functionName} failed ${attempts} times: the event is dropped` : undefined;
}

/** What a function has logged as JSON; undefined for another text. */
function parseLogged(text: string): LoggedLine | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
