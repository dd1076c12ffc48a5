import { expect, test as it, onTestFinished, vi } from 'vitest';
import { consoleOutput } from '../../../local/console/console-output.ts';

/** The lines that a console prints for what on-object logs. */
function printed(...logged: object[]): unknown[] {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => log.mockRestore());
  const output = consoleOutput({ json: false });
  for (const line of logged)
    output.log({ kind: 'line', functionName: 'on-object', text: JSON.stringify({ level: 'info', ...line }) });
  return log.mock.calls.flat();
}

const ignored = (key: string, reason = 'no rule takes .txt') => ({
  message: 'object',
  bucket: 'media-1250000000',
  key,
  decided: 'ignored',
  reason,
  code: 'NotTaken',
});

it('what no rule takes is told once, however often it is written', () => {
  const [x, y] = [ignored('clips/x.txt'), ignored('clips/y.txt', 'a name that begins with a dot is hidden')];
  expect(printed(x, y, x, y, x)).toEqual([
    'ignored clips/x.txt: no rule takes .txt',
    'ignored clips/y.txt: a name that begins with a dot is hidden',
  ]);
});

it('a name cannot move the cursor', () => {
  expect(printed(ignored('clips/\u001b[2J.txt'))).toEqual([
    'ignored clips/\\u001b[2J.txt: no rule takes .txt',
  ]);
});

it('duplicates, outputs and removals are nobody’s loss, and not told', () => {
  const { code: _, ...duplicate } = ignored('clips/a.mp4', 'the rule knows this version');
  expect(printed(duplicate, { message: 'object', decided: 'output', jobId: 'j1' })).toEqual([]);
});
