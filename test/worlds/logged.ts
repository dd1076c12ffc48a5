import { onTestFinished, vi } from 'vitest';

export interface LoggedLine {
  level?: string;
  message?: string;
  code?: string;
  [field: string]: unknown;
}

/** Keeps what functions in this process log from now on, until the test ends; gives what came so far, parsed. */
export function logged(): () => LoggedLine[] {
  const spy = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => spy.mockRestore());
  return () => spy.mock.calls.map(([line]) => JSON.parse(String(line)));
}
