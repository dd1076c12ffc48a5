import { LEASE_SECONDS } from '../sweep/claim/lease.ts';
import { giveProbeBack, noteAnswered } from '../throttle/lanes.ts';
import { giveBackIntents } from './intents/claim.ts';
import { lookForOne } from './look-for-one.ts';
import { postOne } from './post-one.ts';
import { type LaneRun, POST_MS, type Turn } from './turn.ts';

/** Posts the intents of a turn, or looks for their jobs, one after the other, and gives back those that it did not begin. */
export async function serveTurn(lanes: LaneRun, turn: Turn): Promise<void> {
  const { store } = lanes.run;
  try {
    const wasAsked = await serveEach(lanes, turn);
    if (turn.entry === 'probe' && !wasAsked) await store.transaction((sql) => giveProbeBack(sql, turn.lane));
  } finally {
    const left = [...turn.left];
    if (left.length > 0) await store.transaction((sql) => giveBackIntents(sql, left, turn.token));
  }
}

/** Resolves with whether CI was asked at all. */
async function serveEach(lanes: LaneRun, turn: Turn): Promise<boolean> {
  const { clock, store } = lanes.run;
  const serve = turn.lane.kind === 'submit' ? postOne : lookForOne;
  // The lease must outlast the last request.
  const untilMs = Math.min(lanes.untilMs, clock.now() + LEASE_SECONDS * 1000 - POST_MS);
  let wasAsked = false;
  // What nobody has complained of need not be noted.
  let isNews = turn.entry !== 'open';
  for (const intent of turn.intents) {
    if (clock.now() >= untilMs) break;
    const step = await serve(lanes, turn, intent);
    if (step === 'out-of-time') {
      lanes.isOutOfTime = true;
      break;
    }
    if (step === 'put-off') return true;
    wasAsked ||= step !== 'not-asked';
    isNews ||= step === 'failed';
    if (step === 'answered' && isNews) {
      isNews = false;
      await store.transaction((sql) => noteAnswered(sql, turn.lane));
    }
  }
  return wasAsked;
}
