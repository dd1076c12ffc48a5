import type { ClaimedDelivery } from './claim-deliveries.ts';
import type { DeliverParts } from './deliver-run.ts';
import type { Endpoint } from './read-webhooks.ts';
import { cloudEventBody } from './webhook/cloud-event.ts';
import { type DeliveryVerdict, verdictOf } from './webhook/verdict.ts';

/** Sends one event, and tells what came of it. Keeps no more of it than the bytes under way. Never rejects. */
export function attemptDelivery(
  { sender, clock }: DeliverParts,
  endpoint: Endpoint,
  { event }: ClaimedDelivery,
): Promise<DeliveryVerdict> {
  try {
    const message = { id: event.id, body: Buffer.from(cloudEventBody(event)), atMs: clock.now() };
    return sender.post(endpoint, message).then(verdictOf);
  } catch (error) {
    // An event that cannot be sent ends as dead in its turn: it must not stop the others.
    const reason = error instanceof Error ? error.message : String(error);
    return Promise.resolve(verdictOf({ kind: 'failed', reason }));
  }
}
