import type { IncomingMessage } from 'node:http';
import type { CallbackSettings } from '../callbacks/callbacks.ts';
import type { CloudParts } from '../cloud.ts';
import { outputKey } from '../jobs/job.ts';
import { listKeys } from '../objects/list-keys.ts';
import { readBody } from '../read-body.ts';
import type { Target } from '../read-target.ts';
import { emptyReply, jsonReply, type Reply } from '../reply.ts';
import { changeJob } from './change-job.ts';
import { ControlError } from './control-error.ts';
import { ControlInput } from './control-input.ts';
import { controlPage } from './control-page.ts';
import type { EventControl } from './event-control.ts';
import { readFaults } from './fault.ts';
import type { FaultList } from './fault-list.ts';
import { makeJobs } from './make-jobs.ts';
import { readProgress } from './read-progress.ts';
import type { RecentRequests } from './recent-requests.ts';
import type { RequestStats } from './request-stats.ts';

export interface Control {
  /** the default bucket, which answers on a bare address */
  cloud: CloudParts;
  clouds: readonly CloudParts[];
  faults: FaultList;
  stats: RequestStats;
  recent: RecentRequests;
  callbackSettings: CallbackSettings;
  /** None when nobody listens to what happens to objects. */
  events: EventControl | undefined;
}

const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_OFFSET_MS = 400 * 24 * 3_600_000;

/** Answers one request under `/_control`. Throws `ControlError` for input that is not understood. */
export async function answerControl(
  incoming: IncomingMessage,
  { path, query }: Target,
  control: Control,
): Promise<Reply> {
  const { cloud, clouds, faults, stats, events } = control;
  const [, , what = '', id = ''] = path.split('/');
  switch (`${incoming.method} ${what}${id === '' ? '' : '/id'}`) {
    case 'PUT faults':
      faults.set(readFaults(await readJson(incoming)));
      return jsonReply(200, { faults: faults.describe() });
    case 'GET faults':
      return jsonReply(200, { faults: faults.describe() });
    case 'PUT progress':
      await setProgress(incoming, clouds);
      return jsonReply(200, { progress: cloud.progress.mode });
    case 'PUT callbacks':
      control.callbackSettings.json = readJsonForm(await readJson(incoming));
      return jsonReply(200, control.callbackSettings);
    case 'PUT clock':
      cloud.clock.offsetMs = readOffset(await readJson(incoming));
      return jsonReply(200, {
        offsetMs: cloud.clock.offsetMs,
        now: new Date(cloud.clock.now()).toISOString(),
      });
    case 'GET jobs':
      return jsonReply(200, { jobs: clouds.flatMap(jobsOf) });
    case 'POST jobs':
      return jsonReply(201, { JobIds: await makeJobs(await readJson(incoming), namedBy(query, control)) });
    case 'PATCH jobs/id':
      return jsonReply(200, {
        JobId: id,
        State: await changeJob(id, await readJson(incoming), holderOf(id, control)),
      });
    case 'DELETE jobs/id':
      for (const { jobs } of clouds) await jobs.forget(id.split(','));
      return emptyReply(204);
    case 'PUT events':
      return jsonReply(200, listened(events).set(await readJson(incoming)));
    case 'GET events':
      return jsonReply(200, listened(events).describe());
    case 'POST events/id':
      if (id !== 'flush') throw unknownCall(incoming, path);
      return jsonReply(200, { flushed: listened(events).flush() });
    case 'GET ':
      return controlPage();
    case 'GET requests':
      return jsonReply(200, { requests: control.recent.list() });
    case 'GET buckets':
      return jsonReply(200, { buckets: await Promise.all(clouds.map(countBucket)) });
    case 'GET progress':
      return jsonReply(200, { progress: cloud.progress.mode });
    case 'GET stats':
      return jsonReply(200, stats.describe());
    case 'DELETE ':
      faults.set([]);
      stats.reset();
      events?.reset();
      cloud.clock.offsetMs = 0;
      control.callbackSettings.json = 'collapsed';
      for (const { progress } of clouds) progress.reset();
      return emptyReply(204);
    default:
      throw unknownCall(incoming, path);
  }
}

async function setProgress(incoming: IncomingMessage, clouds: readonly CloudParts[]): Promise<void> {
  const mode = readProgress(await readJson(incoming));
  for (const { progress } of clouds) progress.setMode(mode);
}

async function countBucket({ bucket, region, objects, jobs }: CloudParts) {
  const keys = await listKeys(objects.folders, bucket, '');
  return { Name: bucket, Region: region, Objects: keys.length, OpenJobs: jobs.allOpen().length };
}

function jobsOf({ jobs, bucket }: CloudParts) {
  return jobs.all().map((job) => ({ ...job, BucketId: bucket, OutputKey: outputKey(job) }));
}

/** The bucket that `?bucket=` names, else the default one. */
function namedBy(query: URLSearchParams, { cloud, clouds }: Control): CloudParts {
  const name = query.get('bucket') ?? cloud.bucket;
  const named = clouds.find(({ bucket }) => bucket === name);
  if (named === undefined) throw new ControlError(`bucket is ${name}, which does not exist here.`, 404);
  return named;
}

function holderOf(jobId: string, { cloud, clouds }: Control): CloudParts {
  return clouds.find(({ jobs }) => jobs.get(jobId) !== undefined) ?? cloud;
}

function unknownCall({ method }: IncomingMessage, path: string): ControlError {
  return new ControlError(`${method} ${path} is not part of the control surface.`, 404);
}

function listened(events: EventControl | undefined): EventControl {
  if (events === undefined)
    throw new ControlError('Nobody is told of objects here: there are no events.', 404);
  return events;
}

function readJsonForm(value: unknown): CallbackSettings['json'] {
  const input = new ControlInput(value, 'callbacks', ['json']);
  return input.required('json', input.oneOf('json', ['collapsed', 'native']));
}

function readOffset(value: unknown): number {
  const input = new ControlInput(value, 'clock', ['offsetMs']);
  return input.required('offsetMs', input.number('offsetMs', -MAX_OFFSET_MS, MAX_OFFSET_MS));
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const text = await readBody(incoming, MAX_BODY_BYTES);
  // The one word that may come without its quotes.
  if (text.trim() === 'ffmpeg') return 'ffmpeg';
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError('The body is not JSON.');
  }
}
