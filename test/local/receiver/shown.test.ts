import { afterEach, describe, expect, test as it, vi } from 'vitest';
import { consoleOutput } from '../../../local/console/console-output.ts';
import { formatReceived } from '../../../local/console/format-received.ts';
import type { ReceiverEntry } from '../../../local/receiver/receiver-entry.ts';

const RECEIVED = {
  kind: 'event',
  verified: true,
  repeat: false,
  id: 'e1',
  type: 'jobwatch.job.succeeded',
  subject: 'j1',
  input: 'clips/a.mp4',
  output: 'gifs/a.gif',
} as const satisfies ReceiverEntry;
const REFUSED = { kind: 'event', verified: false, status: 401, reason: 'no signature' } as const;

afterEach(() => {
  vi.restoreAllMocks();
});

describe('for a person', () => {
  it('an event is one short line', () => {
    expect(formatReceived(RECEIVED)).toBe(
      'event    jobwatch.job.succeeded j1 clips/a.mp4 → gifs/a.gif (verified)',
    );
    expect(formatReceived({ ...RECEIVED, repeat: true })).toMatch(/ \(verified, repeat\)$/);
  });

  it('objects that are not known leave no gap', () => {
    const running = { ...RECEIVED, type: 'jobwatch.job.running', output: undefined };
    expect(formatReceived(running)).toBe('event    jobwatch.job.running j1 clips/a.mp4 (verified)');
    expect(formatReceived({ ...running, input: undefined })).toBe(
      'event    jobwatch.job.running j1 (verified)',
    );
  });

  it('what was refused is told with its reason and never as verified', () => {
    expect(formatReceived(REFUSED)).toBe('event    refused with 401: no signature');
  });

  it.each([
    ['a line of its own', 'a\r\nevent', 'a\\u000d\\u000aevent'],
    ['a terminal command', 'a\x1b[2Jb\x9b1m', 'a\\u001b[2Jb\\u009b1m'],
    ['another direction', 'a\u202egpj.exe', 'a\\u202egpj.exe'],
    ['a hidden letter', 'a\u{e0041}b', 'a\\udb40\\udc41b'],
    ['half a letter', 'a\ud800b', 'a\\ud800b'],
  ])('%s in a key is spelt out', (_, key, shown) => {
    expect(formatReceived({ ...RECEIVED, input: key })).toContain(` ${shown} → `);
    expect(formatReceived({ ...REFUSED, reason: key })).toContain(shown);
  });

  it('letters of any language are left as they are', () => {
    expect(formatReceived({ ...RECEIVED, input: 'clips/猫 é 🐈.mp4' })).toContain('clips/猫 é 🐈.mp4');
  });
});

it('what comes while everything stops is no news for a person, and kept for a program', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  for (const json of [false, true]) {
    const output = consoleOutput({ json });
    output.stopLog();
    output.logReceived(RECEIVED);
    expect(log).toHaveBeenCalledTimes(json ? 1 : 0);
  }
});

describe('with LOG=json', () => {
  const printed = (entry: ReceiverEntry) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    consoleOutput({ json: true }).logReceived(entry);
    return String(log.mock.calls[0]?.[0]);
  };

  it('an event is one entry with what is known of it', () => {
    expect(JSON.parse(printed(RECEIVED))).toEqual({ time: expect.any(String), ...RECEIVED });
  });

  it('control characters that JSON may hold are escaped, and are the same when read', () => {
    const entry = { ...RECEIVED, input: 'a\x1b[2J\x9b1m\u202e' };
    expect(printed(entry)).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(JSON.parse(printed(entry))).toMatchObject({ input: entry.input });
  });
});
