import { expect, it } from 'vitest';
import { EXIT, exitOfJobs } from '../../cli/exit-codes.ts';

it.each([
  [[], EXIT.ok],
  [['Success', 'Success'], EXIT.ok],
  [['Success', 'Cancel'], EXIT.canceled],
  [['Cancel', 'Missing', 'Success'], EXIT.unknown],
  [['Missing', 'Failed', 'Cancel', ''], EXIT.failed],
  [['Success', ''], EXIT.timeout],
  [['Running', 'Cancel'], EXIT.canceled],
])('of jobs that ended as %j the worst counts: %i', (outcomes, code) => {
  expect(exitOfJobs(outcomes)).toBe(code);
});
