import { type Clock, systemClock } from '../../shared/clock.ts';
import { createLog } from '../../shared/log.ts';
import { deliver } from '../../shared/notify/deliver.ts';
import type { DeliverSummary } from '../../shared/notify/deliver-run.ts';
import { readWebhooks } from '../../shared/notify/read-webhooks.ts';
import { createWebhookSender, type WebhookSender } from '../../shared/notify/webhook/post-webhook.ts';
import type { Store } from '../../shared/store/store.ts';

interface RunOptions {
  /** how long the run may take; default: more than it ever needs */
  readonly seconds?: number;
  readonly clock?: Clock;
  /** one attempt's */
  readonly timeoutMs?: number;
  /** Puts something between the run and its sender. */
  readonly through?: (sender: WebhookSender) => WebhookSender;
}

/** One run in this process, of the parts that the function is made of. */
export async function deliverOnce(
  store: Store,
  variables: Record<string, string>,
  { seconds = 600, clock = systemClock, timeoutMs, through = (sender) => sender }: RunOptions = {},
): Promise<DeliverSummary> {
  const { endpoints, allowHosts } = readWebhooks(variables);
  const sender = createWebhookSender({ allowHosts, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  const log = createLog('info');
  const deadlineMs = clock.now() + seconds * 1000;
  try {
    return await deliver({
      store,
      sender: through(sender),
      endpoints,
      clock,
      log,
      deadlineMs,
      retentionDays: 30,
    });
  } finally {
    sender.close();
  }
}
