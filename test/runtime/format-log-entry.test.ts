import { expect, test } from 'vitest';
import { formatCloudLine, formatLogEntry } from '../../local/format-log-entry.ts';

const line = (text: string) => formatLogEntry({ kind: 'line', functionName: 'describe', text });

test('a request is one short line', () => {
  const request = { kind: 'request', method: 'GET', path: '/jobs/a', status: 200, durationMs: 12.3 } as const;
  expect(formatLogEntry({ ...request, functionName: 'describe' })).toBe('GET /jobs/a 200 12 ms describe');
  expect(formatLogEntry(request)).toBe('GET /jobs/a 200 12 ms gateway');
});

test('of what a function logs as JSON only trouble is shown', () => {
  expect(line('{"level":"info","message":"request"}')).toBeUndefined();
  expect(line('{"level":"error","message":"CI refused us"}')).toBe('describe error: CI refused us');
});

test('what a function prints otherwise is shown as it is', () => {
  expect(line('plain words')).toBe('describe | plain words');
  expect(line('{not json')).toBe('describe | {not json');
});

test('a failure is shown with its stack, a success is not shown again', () => {
  const report = {
    kind: 'report',
    functionName: 'describe',
    requestId: 'r',
    durationMs: 1,
    peakMemoryBytes: 1,
    memoryLimitMb: 128,
  } as const;
  expect(formatLogEntry(report)).toBeUndefined();
  const failure = {
    code: 'UserCodeException',
    message: 'Error: no',
    stack: 'Error: no\n    at here',
  } as const;
  expect(formatLogEntry({ ...report, failure })).toBe(
    'describe failed: UserCodeException: Error: no\n    at here',
  );
});

test('of the local cloud only trouble is shown', () => {
  expect(formatCloudLine({ event: 'request', path: '/jobs' })).toBeUndefined();
  expect(formatCloudLine({ level: 'warn', event: 'job failed', jobId: 'j1' })).toBe(
    'cloud warn: job failed jobId=j1',
  );
});
