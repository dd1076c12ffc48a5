import type { Job } from '../../ci/job.ts';
import { isElement, type XmlElement } from '../../ci/xml/xml-node.ts';
import type { Sql } from '../../store/store.ts';
import type { IntentRow } from '../../submit/intent.ts';
import { insertPending } from '../../submit/intents/insert.ts';
import { requestOfOne } from '../request-of-job.ts';
import type { NextTry } from './next-try.ts';
import type { ObjectSet, SetRendition } from './set.ts';

export interface Submitted {
  /** by which the last try was made */
  readonly intent: IntentRow;
  readonly jobId: string;
  readonly job: Job | null;
  /** with that try */
  readonly rendition: SetRendition;
  readonly next: NextTry;
}

/** Makes a rendition again with other parameters: an intent of its own, which counts for the brake as any does. */
export async function submitTry(
  sql: Sql,
  set: ObjectSet,
  { intent, jobId, job, rendition, next }: Submitted,
): Promise<boolean> {
  const request = requestOfOne(intent, jobId, job);
  const [operation] = request?.Operation ?? [];
  if (request === undefined || operation === undefined) return false;
  const { UserData: _, ...asked } = operation;
  await insertPending(sql, {
    bucket: { name: intent.bucket, region: intent.region },
    request: { ...request, Operation: [withParameters(asked, next)] },
    source: 'object',
    rule: intent.rule,
    attempt: rendition.tries.length + 1,
    version: set.version,
    ...(intent.input_bytes === null ? {} : { inputBytes: Number(intent.input_bytes) }),
    renditions: [rendition.name],
    set: set.id,
  });
  return true;
}

/** A height that was asked for goes with the width. */
function withParameters(operation: XmlElement, { Width, Fps }: NextTry): XmlElement {
  const animation = elementOf(operation['Animation']);
  const { Height, ...video } = elementOf(animation['Video']);
  const before = Number(video['Width'] ?? 0);
  const height =
    before > 0 && Height !== undefined ? 2 * Math.round((Number(Height) * Width) / before / 2) : undefined;
  const Video = {
    ...video,
    Width: String(Width),
    Fps: String(Fps),
    ...(height === undefined ? {} : { Height: String(Math.max(LEAST_SIDE, height)) }),
  };
  return { ...operation, Animation: { ...animation, Video } };
}

/** CI makes nothing smaller [doc]. */
const LEAST_SIDE = 128;

function elementOf(node: XmlElement[string]): XmlElement {
  return isElement(node) ? node : {};
}
