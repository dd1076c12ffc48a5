import type { Answered } from '../../../client/client.ts';
import { type Deployment, untilThere } from './deployment.ts';
import { didNot, held, notSeen, type Trial } from './guess.ts';
import { type ObjectSpot, putObject } from './objects.ts';
import { SECOND_OF_VIDEO } from './second-of-video.ts';

type Watch = Answered<'listWatches'>['body']['Watches'][number];
type WholeWatch = Answered<'getWatch'>['body'];
export type TriedRule = Answered<'listRules'>['body']['Rules'][number];

/** In so long every timer of ours ticks several times. */
const TICKS_MS = 60_000;
/** A sweep that is so long ago is no timer that ticks. */
const SWEEP_AGE_MS = 120_000;

export interface Followed {
  readonly trials: readonly Trial[];
  /** what is there afterwards, and can go */
  readonly left: readonly ObjectSpot[];
  readonly jobId: string | undefined;
}

/** A key whose letters go wrong where somebody encodes once too often, or too seldom. */
export function keyFor(rule: TriedRule, nowMs: number): string {
  const suffix = rule.Suffixes.includes('.mp4') ? '.mp4' : (rule.Suffixes[0] ?? '.mp4');
  return `${rule.Prefix}doctor ${nowMs} 1+1 100% 片${suffix}`;
}

/** Drops a second of video where the rule looks, and follows it to its end. */
export async function followClip(
  deployment: Deployment,
  rule: TriedRule,
  objectKey: string,
): Promise<Followed> {
  const { api, cloud, count } = deployment;
  const place = { bucket: rule.Bucket, region: rule.Region, key: objectKey };
  const droppedMs = cloud.now();
  count();
  await putObject(cloud, place, SECOND_OF_VIDEO);
  const found = await untilThere(deployment, async () => await watchOf(deployment, place.key));
  if (found === undefined) {
    const nothing = 'no job was made of the clip: look at the log of on-object and at the trigger';
    return {
      trials: [didNot('event', nothing), ...(['key', 'job', 'callback', 'webhook'] as const).map(unseen)],
      left: [place],
      jobId: undefined,
    };
  }
  const seconds = ((cloud.now() - droppedMs) / 1000).toFixed(0);
  // What is found by listing the prefix is found by its key alone.
  const event = held(
    'event',
    `a job ${seconds} s after the upload, ${found.JobId}, known by ${found.Source}`,
  );
  const key = held('key', 'the job’s input is the key that was uploaded');
  const ended = await untilThere(deployment, async () => {
    const { body } = await api.getWatch({ path: { id: found.JobId } });
    return body.Outcome === '' ? undefined : body;
  });
  const left = [place, ...outputOf(rule, ended ?? found)];
  if (ended === undefined) {
    const open = didNot('job', 'the job has not ended within the time');
    return { trials: [event, key, open, unseen('callback'), unseen('webhook')], left, jobId: found.JobId };
  }
  const told = await untilThere(deployment, async () => await deliveredOf(deployment, found.JobId), TICKS_MS);
  return {
    trials: [
      ...[event, key, jobTrial(ended), callbackTrial(ended)],
      told === undefined
        ? notSeen('webhook', 'no endpoint took, or wants, it within a minute')
        : webhookTrial(told),
    ],
    left,
    jobId: ended.Outcome === 'Success' ? ended.JobId : undefined,
  };
}

async function watchOf({ api }: Deployment, key: string): Promise<Watch | undefined> {
  const { body } = await api.listWatches({ query: { input: key, limit: 1 } });
  // A submission that is under way has no job yet.
  return body.Watches.find(({ InputKey, JobId }) => InputKey === key && JobId !== '');
}

/** The watch once there are deliveries and every one has had its end. */
async function deliveredOf({ api }: Deployment, id: string): Promise<WholeWatch | undefined> {
  const { body } = await api.getWatch({ path: { id } });
  const isDone = body.Deliveries.every(({ State }) => State !== 'pending');
  return body.Deliveries.length > 0 && isDone ? body : undefined;
}

function jobTrial({ Outcome, Code, Message, Seconds }: WholeWatch): Trial {
  if (Outcome === 'Success') return held('job', `Success${Seconds === null ? '' : ` in ${Seconds} s`}`);
  return didNot('job', `${Outcome} ${Code} ${Message}`.trim());
}

function callbackTrial({ History }: WholeWatch): Trial {
  const last = History.find(({ To }) => To === 'Success' || To === 'Failed' || To === 'Cancel');
  if (last?.Source === 'callback') return held('callback', 'the end came by it');
  return notSeen('callback', `the end came by ${last?.Source ?? 'nobody'} first`);
}

function webhookTrial({ Deliveries }: WholeWatch): Trial {
  const by = (state: string) => Deliveries.filter(({ State }) => State === state).length;
  const seen = `${by('delivered')} delivered, ${by('pending')} pending, ${by('dead')} dead`;
  return by('delivered') === Deliveries.length ? held('webhook', seen) : didNot('webhook', seen);
}

function outputOf(rule: TriedRule, { OutputKey }: Pick<Watch, 'OutputKey'>): ObjectSpot[] {
  return OutputKey === '' ? [] : [{ bucket: rule.Output.Bucket, region: rule.Output.Region, key: OutputKey }];
}

function unseen(guess: Trial['guess']): Trial {
  return notSeen(guess, 'there was nothing to follow');
}

/** Whether recheck swept within the last two minutes. */
export async function trySweep(deployment: Deployment): Promise<Trial> {
  const swept = async () => {
    const { body } = await deployment.api.getOverview({});
    return body.Sweep === null ? undefined : Date.parse(body.Now) - Date.parse(body.Sweep.At);
  };
  const ageMs = await untilThere(deployment, swept, TICKS_MS);
  if (ageMs === undefined) return didNot('sweep', 'there was none yet');
  const seen = `the last one began ${Math.round(ageMs / 1000)} s ago`;
  return ageMs <= SWEEP_AGE_MS ? held('sweep', seen) : didNot('sweep', seen);
}
