import type { CreatedObject } from '../../emulators/ci/announcements.ts';
import type { EventControl } from '../../emulators/ci/control/event-control.ts';
import { type Clock, systemClock } from '../../emulators/scf/clock.ts';
import { cosRecord } from './cos-record.ts';
import { type CosTrigger, firesFor } from './cos-trigger.ts';
import { type Deliver, EventRelay } from './event-relay.ts';

export interface CosTriggers {
  /** For the local cloud's `onObjectCreated`: resolves when every function called has dealt with it. */
  objectCreated: (object: CreatedObject) => Promise<void>;
  /** For the local cloud's `events`. */
  events: EventControl;
  /** Events that are held back are lost. */
  close(): void;
}

/** Turns object writes into the events of COS triggers and hands them over. */
export function startCosTriggers(options: {
  /** A promise when they are not known yet: objects written meanwhile wait for it. */
  triggers: readonly CosTrigger[] | Promise<readonly CosTrigger[]>;
  deliver: Deliver;
  /** How events that are to be late are timed. */
  clock?: Pick<Clock, 'schedule'>;
}): CosTriggers {
  const { triggers, deliver, clock = systemClock } = options;
  const relay = new EventRelay(deliver, clock);
  return {
    objectCreated: async (object) => {
      const firing = (await triggers).filter((trigger) => firesFor(trigger, object));
      await Promise.all(
        firing.map(({ functionName }) => relay.send(functionName, cosRecord(object, functionName))),
      );
    },
    events: relay,
    close: () => relay.close(),
  };
}
