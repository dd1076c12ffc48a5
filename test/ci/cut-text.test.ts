import { describe, expect, it } from 'vitest';
import { CiError } from '../../shared/ci/ci-error.ts';
import { cutText } from '../../shared/ci/cut-text.ts';
import { InvalidField } from '../../shared/ci/invalid-field.ts';
import { xmlFromJson } from '../../shared/ci/xml/from-json.ts';
import { parseJobs } from '../../shared/ci/xml/parse-jobs.ts';
import { createLog } from '../../shared/log.ts';

const LONG = 'x'.repeat(1_000_000);

describe('text from outside', () => {
  it.each([
    ['short', 'short'],
    ['x'.repeat(200), 'x'.repeat(200)],
    ['x'.repeat(201), `${'x'.repeat(199)}…`],
    // A cut in the middle of a pair leaves no half of it.
    [`${'x'.repeat(198)}😀😀`, `${'x'.repeat(198)}\uFFFD…`],
    ['a\0b\uD800c', 'a\uFFFDb\uFFFDc'],
  ])('case %#: is at most 200 letters that can be stored', (text, cut) => {
    expect(cutText(text)).toBe(cut);
  });

  it('is short in errors of Cloud Infinite', () => {
    const error = new CiError({
      kind: 'invalid',
      code: LONG,
      message: LONG,
      requestId: LONG,
      withoutEffect: true,
    });
    for (const text of [error.message, error.code, error.requestId, error.reason])
      expect(text).toHaveLength(200);
  });

  it('is short in what a field is refused for, whatever the field is called', () => {
    const wrong = () => xmlFromJson({ [LONG]: { [LONG]: null } });
    expect(wrong).toThrow(InvalidField);
    expect(wrong).toThrow(/^.{1,600}$/);
  });

  it.each([
    ['a tag', `<Response><${LONG}`],
    ['a closing tag', `<Response></${LONG}>`],
    ['a root', `<${LONG}/>`],
    ['an id', `<Response><JobsDetail><JobId>${LONG}</JobId><State>a</State></JobsDetail></Response>`],
  ])('is short, and in our words, when %s of an answer is long', (_, xml) => {
    expect(() => parseJobs(Buffer.from(xml.slice(0, 1024 * 1024)))).toThrow(/^.*expected .{1,191}$/);
  });

  it('is short in a log line, a stack included', () => {
    const lines: string[] = [];
    const log = createLog('info', {}, (line) => lines.push(line));
    log.info('m', { text: LONG, nested: { deep: [LONG] }, error: new Error(LONG) });
    expect(lines[0]?.length).toBeLessThan(5000);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      error: { stack: expect.stringContaining('    at ') },
    });
  });
});
