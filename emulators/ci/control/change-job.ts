import type { CloudParts } from '../cloud.ts';
import { JOB_STATES } from '../jobs/job.ts';
import { movedTo } from '../jobs/pretended-state.ts';
import type { XmlTree } from '../xml/write-xml.ts';
import { ControlError } from './control-error.ts';
import { ControlInput } from './control-input.ts';

const MOST = 1e12;

/** What a job is to have made: `MediaInfo` of a picture of these bytes, sides and speed. */
function readPicture(value: unknown): XmlTree | undefined {
  if (value === undefined) return undefined;
  const names = ['bytes', 'width', 'height', 'fps'];
  const input = new ControlInput(value, 'job.picture', names);
  const [Size, Width, Height, AvgFps] = names.map((name) =>
    String(input.required(name, input.number(name, 0, MOST))),
  );
  return { Format: { Size }, Stream: { Video: { AvgFps, Height, Width } } };
}

/** Puts one job into a state, whatever it was in; gives it a code and message when that is Failed. */
export async function changeJob(id: string, value: unknown, cloud: CloudParts): Promise<string> {
  const input = new ControlInput(value, 'job', ['state', 'code', 'message', 'userData', 'picture']);
  const state = input.oneOf('state', JOB_STATES);
  const userData = input.text('userData');
  const picture = readPicture(input.get('picture'));
  if (cloud.jobs.get(id) === undefined) throw new ControlError(`Job ${id} does not exist.`, 404);
  const [changed] = await cloud.jobs.change([id], (job) => {
    const { EndedAt, ...open } = job;
    const next = state && movedTo(open, state, cloud.clock.now(), input.text('code'), input.text('message'));
    const changes = {
      ...(userData === undefined ? {} : { UserData: userData }),
      ...(picture === undefined ? {} : { MediaInfo: picture }),
    };
    return { ...(next ?? job), ...changes };
  });
  return changed?.State ?? '';
}
