import type { IncomingHttpHeaders } from 'node:http';
import { CloudEvent } from 'cloudevents';
import * as v from 'valibot';
import { Refusal } from './refusal.ts';
import { resultKey } from './result-key.ts';

/** What a person wants to know of an event. Its texts come from outside: escape them before they are shown. */
export interface ReceivedEvent {
  /** The same whenever the event is sent again. */
  id: string;
  type: string;
  /** The job, or what of Jobwatch it is about. */
  subject: string;
  /** The objects that the job reads and writes, where they are known. */
  input: string | undefined;
  output: string | undefined;
}

const someText = v.pipe(v.string(), v.nonEmpty());
const objectSchema = v.nullish(v.object({ Object: v.optional(v.string()) }));
// Also what CloudEvents demands, since its package makes up an id and a version that are missing.
const eventSchema = v.looseObject({
  specversion: v.literal('1.0'),
  id: someText,
  type: someText,
  source: someText,
  subject: someText,
  // An event about Jobwatch itself has none.
  data: v.looseObject({
    Watch: v.optional(v.looseObject({ Input: objectSchema, Output: objectSchema }), {}),
  }),
});

/**
 * Reads a CloudEvent 1.0 in its JSON form, about a job or Jobwatch itself. Its id is the one that the signature covers beside it.
 *
 * @throws Refusal which says what was expected
 */
export function readEvent(headers: IncomingHttpHeaders, body: string): ReceivedEvent {
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/cloudevents+json') {
    throw new Refusal(415, `expected Content-Type application/cloudevents+json, got ${mediaType || 'none'}`);
  }
  const parsed = v.safeParse(eventSchema, parseJson(body));
  if (!parsed.success) {
    const field = v.getDotPath(parsed.issues[0]) ?? 'the event';
    throw new Refusal(400, `${field}: expected a CloudEvent 1.0 about a job, got another value here`);
  }
  const { id, type, subject, data } = parsed.output;
  if (id !== headers['webhook-id']) throw new Refusal(400, 'id: expected the webhook-id');
  try {
    new CloudEvent(parsed.output); // throws for what is no CloudEvent
  } catch {
    throw new Refusal(400, 'expected a CloudEvent, with attributes and a time as its specification says');
  }
  const { Input, Output } = data.Watch;
  const output = resultKey(data['Job']) ?? finalKey(Output?.Object);
  return { id, type, subject, input: Input?.Object, output };
}

/** CI fills in `${ext}` and `${jobid}` when it is done: until then nobody knows the key. */
function finalKey(key: string | undefined): string | undefined {
  return key?.includes('${') ? undefined : key;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal(400, 'expected a body of JSON');
  }
}
