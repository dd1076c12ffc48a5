import type { CloudParts } from '../cloud.ts';
import { JOB_STATES } from '../jobs/job.ts';
import { movedTo } from '../jobs/pretended-state.ts';
import { ControlError } from './control-error.ts';
import { ControlInput } from './control-input.ts';

/** Puts one job into a state, whatever it was in; gives it a code and message when that is Failed. */
export async function changeJob(id: string, value: unknown, cloud: CloudParts): Promise<string> {
  const input = new ControlInput(value, 'job', ['state', 'code', 'message', 'userData']);
  const state = input.oneOf('state', JOB_STATES);
  const userData = input.text('userData');
  if (cloud.jobs.get(id) === undefined) throw new ControlError(`Job ${id} does not exist.`, 404);
  const [changed] = await cloud.jobs.change([id], (job) => {
    const { EndedAt, ...open } = job;
    const next = state && movedTo(open, state, cloud.clock.now(), input.text('code'), input.text('message'));
    return { ...(next ?? job), ...(userData === undefined ? {} : { UserData: userData }) };
  });
  return changed?.State ?? '';
}
