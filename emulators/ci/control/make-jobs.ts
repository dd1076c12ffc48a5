import type { CloudParts } from '../cloud.ts';
import { parseTime } from '../format-time.ts';
import { newJobId } from '../jobs/create.ts';
import { isEnded, JOB_STATES, type Job, type JobState } from '../jobs/job.ts';
import { ControlError } from './control-error.ts';
import { ControlInput } from './control-input.ts';

const MAX_JOBS = 100_000;
const FIELDS = [
  ...[
    'count',
    'state',
    'states',
    'tag',
    'queueId',
    'input',
    'output',
    'userData',
    'jobLevel',
    'creationTime',
  ],
  ...['outcome', 'code', 'message'],
];

/** Makes jobs without a clip, which are never rendered. `states` are given out in turn. */
export async function makeJobs(value: unknown, cloud: CloudParts): Promise<string[]> {
  const input = new ControlInput(value, 'jobs', FIELDS);
  const count = input.required('count', input.count('count', 1, MAX_JOBS));
  const states = readStates(input);
  const template = readTemplate(input, cloud);
  const jobs = Array.from({ length: count }, (_, index) => {
    const State = states[index % states.length] ?? 'Submitted';
    return simulatedJob({ ...template, JobId: newJobId(), Seq: cloud.jobs.nextSeq(), State }, input);
  });
  await cloud.jobs.add(jobs);
  return jobs.map((job) => job.JobId);
}

function readStates(input: ControlInput): JobState[] {
  const list = input.get('states');
  if (list === undefined) return [input.oneOf('state', JOB_STATES) ?? 'Submitted'];
  if (!Array.isArray(list) || list.length === 0)
    throw new ControlError('jobs.states must be a list of states.');
  return list.map((state) => {
    const known = JOB_STATES.find((one) => one === state);
    if (known === undefined) {
      throw new ControlError(
        `jobs.states holds ${JSON.stringify(state)}, expected ${JOB_STATES.join(', ')}.`,
      );
    }
    return known;
  });
}

function readTemplate(input: ControlInput, cloud: CloudParts) {
  const creationTime = input.text('creationTime');
  const CreatedAt = creationTime === undefined ? cloud.clock.now() : parseTime(creationTime);
  if (CreatedAt === undefined) {
    throw new ControlError(
      `jobs.creationTime is ${creationTime}, expected a time such as 2026-01-01T00:00:00+0800.`,
    );
  }
  const userData = input.text('userData');
  return {
    Tag: input.text('tag') ?? 'Animation',
    QueueId: input.text('queueId') ?? cloud.queues.id,
    InputObject: input.text('input') ?? 'clips/control.mp4',
    Animation: { Format: 'gif' as const, Video: { Codec: 'gif' }, TimeInterval: {} },
    Output: {
      Region: cloud.region,
      Bucket: cloud.bucket,
      Object: input.text('output') ?? `gifs/\${jobid}.\${ext}`,
    },
    JobLevel: input.count('jobLevel', 0, 2) ?? 0,
    CreatedAt,
    Scripted: input.oneOf('outcome', ['Success', 'Failed', 'Cancel']) ?? ('Success' as const),
    ...(userData === undefined ? {} : { UserData: userData }),
  };
}

/** Fills in what a job in this state shows; it began and ended when it was created. */
function simulatedJob(job: Omit<Job, 'Code' | 'Message'>, input: ControlInput): Job {
  const failed = job.State === 'Failed';
  const began = job.State === 'Running' || job.State === 'Success' || failed;
  return {
    ...job,
    Code: failed ? (input.text('code') ?? 'InternalError') : 'Success',
    Message: failed ? (input.text('message') ?? 'The job failed.') : '',
    ...(began ? { StartedAt: job.CreatedAt } : {}),
    ...(isEnded({ ...job, Code: '', Message: '' }) ? { EndedAt: job.CreatedAt } : {}),
  };
}
