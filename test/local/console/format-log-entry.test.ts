import { expect, test as it } from 'vitest';
import { formatCloudLine, formatLogEntry } from '../../../local/console/format-log-entry.ts';

const line = (text: string) => formatLogEntry({ kind: 'line', functionName: 'describe', text });

it('a request is one short line', () => {
  const request = { kind: 'request', method: 'GET', path: '/jobs/a', status: 200, durationMs: 12.3 } as const;
  expect(formatLogEntry({ ...request, functionName: 'describe' })).toBe('GET /jobs/a 200 12 ms describe');
  expect(formatLogEntry(request)).toBe('GET /jobs/a 200 12 ms gateway');
});

it('the token of a callback is not shown', () => {
  const request = { kind: 'request', method: 'POST', status: 204, durationMs: 5 } as const;
  const shown = formatLogEntry({ ...request, path: '/callbacks/CANARY-token-of-a-callback' });
  expect(shown).toBe('POST /callbacks/… 204 5 ms gateway');
});

it('of what a function logs as JSON only trouble is shown', () => {
  expect(line('{"level":"info","message":"request"}')).toBeUndefined();
  expect(line('{"level":"error","message":"CI refused us"}')).toBe('describe error: CI refused us');
});

it('what a function prints otherwise is shown as it is', () => {
  expect(line('plain words')).toBe('describe | plain words');
  expect(line('{not json')).toBe('describe | {not json');
});

it('a failure is shown with its stack, a success is not shown again', () => {
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

const SWEEP = {
  level: 'info',
  message: 'sweep',
  claimed: 0,
  requests: {},
  changed: 0,
  finished: 0,
  errors: 0,
  oldestOpenSeconds: 12,
};
const swept = (did: Record<string, unknown>) => line(JSON.stringify({ ...SWEEP, ...did }));

it('a sweep that found nothing to do is not shown', () => {
  expect(swept({})).toBeUndefined();
  expect(swept({ requests: { list: 0 } })).toBeUndefined();
});

it('a sweep that did something is one short line', () => {
  expect(swept({ claimed: 12, requests: { list: 1, describe: 2 }, changed: 3, finished: 2 })).toBe(
    'describe swept: 12 claimed, 3 requests, 3 changed, 2 finished',
  );
  expect(swept({ claimed: 1, requests: { describe: 1 }, errors: 1 })).toBe(
    'describe swept: 1 claimed, 1 request, 0 changed, 0 finished, 1 error',
  );
});

const DELIVER = { level: 'info', message: 'deliver', delivered: 0, retried: 0, dead: 0, switchedOff: 0 };
const sent = (did: Record<string, unknown>) => line(JSON.stringify({ ...DELIVER, ...did }));

it('deliveries are one short line, when there were any', () => {
  expect(sent({})).toBeUndefined();
  expect(sent({ delivered: 3 })).toBe('describe sent: 3 delivered');
  expect(sent({ retried: 2, dead: 1, switchedOff: 1 })).toBe(
    'describe sent: 0 delivered, 2 to be tried again, 1 dead, 1 endpoint switched off',
  );
});

it('an event is said to be dropped only where its failure alone does not say so', () => {
  const drop = { kind: 'dropped', functionName: 'recheck' } as const;
  expect(formatLogEntry({ ...drop, attempts: 1, cause: 'failures' })).toBeUndefined();
  expect(formatLogEntry({ ...drop, attempts: 3, cause: 'failures' })).toMatch(/failed 3 times/);
  expect(formatLogEntry({ ...drop, attempts: 1, cause: 'age' })).toMatch(/^recheck was too busy/);
});

it('of the local cloud only trouble is shown', () => {
  expect(formatCloudLine({ event: 'request', path: '/jobs' })).toBeUndefined();
  expect(formatCloudLine({ level: 'warn', event: 'job failed', jobId: 'j1' })).toBe(
    'cloud warn: job failed jobId=j1',
  );
});
