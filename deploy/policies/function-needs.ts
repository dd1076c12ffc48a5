/**
 * What a function asks of CI, and of COS (`GetBucket`), under the APIs' own names; `GetObject` and `PutObject` are asked
 * by whoever was given an address that the function signed.
 */
export type Operation =
  | 'DescribeMediaJob'
  | 'DescribeMediaJobs'
  | 'CreateMediaJobs'
  | 'CancelMediaJob'
  | 'GetBucket'
  | 'GetObject'
  | 'PutObject';

/** A test compares each list with the calls in the function's bundle. */
const NEEDS: Readonly<Record<string, readonly Operation[]>> = {
  describe: ['DescribeMediaJob', 'DescribeMediaJobs', 'GetObject'],
  api: [
    'DescribeMediaJob',
    'DescribeMediaJobs',
    'CreateMediaJobs',
    'CancelMediaJob',
    'GetObject',
    'PutObject',
  ],
  callback: ['DescribeMediaJob'],
  // A submission whose outcome is unknown is looked for in CI's list.
  'on-object': ['DescribeMediaJob', 'DescribeMediaJobs', 'CreateMediaJobs'],
  recheck: ['DescribeMediaJob', 'DescribeMediaJobs', 'CreateMediaJobs', 'GetBucket'],
  // It speaks to webhooks and to the database.
  deliver: [],
};

/** @throws Error for a function of which nothing is known: a role must not be guessed */
export function needsOf(functionName: string): readonly Operation[] {
  const needs = NEEDS[functionName];
  if (needs === undefined) {
    throw new Error(
      `functions.${functionName}: expected one of ${Object.keys(NEEDS).join(', ')}, whose permissions are known`,
    );
  }
  return needs;
}
