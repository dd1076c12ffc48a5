import type { CosTrigger } from '../../../local/triggers/cos-trigger.ts';
import { startCosTriggers } from '../../../local/triggers/start-cos-triggers.ts';
import { object, trigger } from './created-object.ts';

interface Delivered {
  functionName: string;
  keys: string[];
  ids: number[];
}

/** Triggers with a clock that is moved by hand and a function that takes every event. */
export function startRelay(triggers: readonly CosTrigger[] = [trigger()]) {
  const delivered: Delivered[] = [];
  const due: { at: number; run: () => void }[] = [];
  let now = 0;
  let failing = false;
  const started = startCosTriggers({
    triggers,
    clock: {
      schedule: (delayMs, run) => {
        const one = { at: now + delayMs, run };
        due.push(one);
        return () => void (due.includes(one) && due.splice(due.indexOf(one), 1));
      },
    },
    deliver: async (functionName, { Records }) => {
      const keys = Records.map(({ cos }) => cos.cosObject.key.replace('/1250000000/media/', ''));
      delivered.push({ functionName, keys, ids: Records.map(({ event }) => event.reqid) });
      if (failing) throw new Error('failed');
    },
  });
  return {
    ...started,
    delivered,
    due,
    fail: () => {
      failing = true;
    },
    create: (key: string) => started.objectCreated(object({ key })),
    /** Writes `clips/0.mp4`, `clips/1.mp4`, …; gives the promises, since what is held back does not resolve. */
    createMany: async (count: number) => {
      const sent = Array.from({ length: count }, (_, index) =>
        started.objectCreated(object({ key: `clips/${index}.mp4` })),
      );
      // The triggers may be a promise: one turn, and every record is on its way.
      await Promise.resolve();
      return sent;
    },
    /** What was delivered so far, one string for each event. */
    arrived: () => delivered.splice(0).map(({ keys }) => keys.map((key) => /\d+/.exec(key)?.[0]).join('+')),
    advance: (ms: number) => {
      now += ms;
      for (const one of due.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)) {
        due.splice(due.indexOf(one), 1);
        one.run();
      }
    },
    counts: () => Object(started.events.describe()).counts,
  };
}
