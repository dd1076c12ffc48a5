import type { Job } from '../ci/job.ts';
import type { JobRequest } from '../ci/job-request.ts';
import type { XmlElement } from '../ci/xml/xml-node.ts';
import type { IntentRow } from '../submit/intent.ts';
import { submissionKeyOf, userTextOf } from '../watch/user-data.ts';

/** What CI adds to an operation when it describes its job. */
const OF_ANSWERS = new Set(['TemplateName', 'MediaInfo', 'MediaResult', 'UserData']);

/** The request of a submission for one of its jobs alone; undefined when it cannot be told which operation that was. */
export function requestOfOne(
  { request, answer }: Pick<IntentRow, 'request' | 'answer'>,
  jobId: string,
  job: Job | null,
): JobRequest | undefined {
  const { Operation } = request;
  const answered = answer?.find(({ JobId }) => JobId === jobId) ?? job ?? undefined;
  const index = answered === undefined ? undefined : submissionKeyOf(answered)?.index;
  const operation = Operation.length === 1 ? Operation[0] : Operation[index ?? Operation.length];
  return operation === undefined ? undefined : { ...request, Operation: [operation] };
}

/** What somebody else asked for, as far as CI's description of the job tells it. */
export function requestOfJob({ Tag, QueueId, Input, Operation = {} }: Job): JobRequest | undefined {
  if (!Tag || !Input?.Object) return undefined;
  const asked: XmlElement = Object.fromEntries(
    Object.entries(Operation).filter(([name, value]) => !OF_ANSWERS.has(name) && value !== ''),
  );
  const own = userTextOf(Operation.UserData ?? '');
  return {
    Tag,
    Input: { Object: Input.Object },
    Operation: [own === '' ? asked : { ...asked, UserData: own }],
    ...(QueueId ? { QueueId } : {}),
  };
}
