import { randomUUID } from 'node:crypto';
import type { Sql } from '../../store/store.ts';
import { type ClaimedDelivery, claimDigest } from '../claim-deliveries.ts';
import { type DeliverRun, hasTime } from '../deliver-run.ts';
import { switchOffOrPause, takeEndpointTurn } from '../endpoint-turn.ts';
import { logDeliveryDead } from '../log-endings.ts';
import type { Endpoint } from '../read-webhooks.ts';
import { type RecordedDelivery, recordAttempts } from '../record-attempts.ts';
import type { DeliveryVerdict } from '../webhook/verdict.ts';
import { messageTo, robotVerdict } from './platform.ts';
import type { Robot } from './robot.ts';
import { say } from './say.ts';

/** Events of one message. */
const MOST_EVENTS = 200;

/**
 * Tells a chat's robot what has happened since its last message, in one message: one claim, settled by one verdict. The
 * next message waits for the digest's time, of whatever instance: so the platform's limit a minute is kept.
 */
export async function deliverDigest(run: DeliverRun, endpoint: Endpoint, robot: Robot): Promise<void> {
  if (!hasTime(run)) return;
  const token = randomUUID();
  const claimed = await run.transact((sql) =>
    claimWithin(sql, endpoint.name, token, robot.digestSeconds * 1000),
  );
  if (claimed.length === 0) return;
  const verdict = await post(run, endpoint, robot, claimed);
  const attempts = claimed.map(({ id }) => ({ id, verdict }));
  const recorded = await run.transact(async (sql) => {
    const turn = await takeEndpointTurn(sql, endpoint.name, true);
    if (turn === undefined) return [];
    return (await recordAttempts(sql, endpoint.name, token, attempts, turn)).recorded;
  });
  report(run, endpoint.name, recorded);
}

async function claimWithin(
  sql: Sql,
  name: string,
  token: string,
  pauseMs: number,
): Promise<ClaimedDelivery[]> {
  const turn = await takeEndpointTurn(sql, name, false);
  if (turn === undefined || !turn.isOn || turn.pauseMs > 0) return [];
  const claimed = await claimDigest(sql, name, token, MOST_EVENTS);
  if (claimed.length > 0) await switchOffOrPause(sql, name, { isGone: false, pauseMs });
  return claimed;
}

async function post(
  { sender, clock }: DeliverRun,
  { url }: Endpoint,
  robot: Robot,
  claimed: readonly ClaimedDelivery[],
): Promise<DeliveryVerdict> {
  try {
    const said = say(
      robot,
      claimed.map(({ event }) => event),
    );
    const atMs = clock.now();
    const message = messageTo(robot, url, said, atMs);
    return robotVerdict(robot.kind, await sender.postJson(message.url, message.body, atMs));
  } catch {
    // What cannot be said ends as dead in its turn; its words stay out of the error, which people see.
    return robotVerdict(robot.kind, { kind: 'failed', reason: 'the message could not be written' });
  }
}

function report({ log, summary }: DeliverRun, name: string, recorded: readonly RecordedDelivery[]): void {
  for (const { id, state, error } of recorded) {
    summary[state === 'pending' ? 'retried' : state] += 1;
    if (state === 'dead') logDeliveryDead(log, id, name, error);
  }
}
