import type { CreatedObject } from '../../emulators/ci/announcements.ts';
import type { ObjectTrigger } from '../../service/service.ts';

/** An object trigger and the function that it calls. */
export type CosTrigger = ObjectTrigger & { readonly functionName: string };

/** Whether a write is one that the trigger waits for; its event ends in `*` for all events that begin so. */
export function firesFor(trigger: CosTrigger, object: CreatedObject): boolean {
  const { event, prefix, suffix } = trigger;
  const isEvent = event.endsWith('*')
    ? object.eventName.startsWith(event.slice(0, -1))
    : object.eventName === event;
  const isPlace = object.bucket === trigger.bucket && object.region === trigger.region;
  return isEvent && isPlace && object.key.startsWith(prefix) && object.key.endsWith(suffix);
}
