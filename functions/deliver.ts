import { deliver } from '../shared/notify/deliver.ts';
import { readWebhooks } from '../shared/notify/read-webhooks.ts';
import { createWebhookSender } from '../shared/notify/webhook/post-webhook.ts';
import { createStoreInstance } from '../shared/scf/create-instance.ts';
import { eventFunction } from '../shared/scf/event-function.ts';
import { keepHeapSmall } from '../shared/scf/keep-heap-small.ts';

keepHeapSmall();
const { clock, config, store } = createStoreInstance(process.env);
const { endpoints, allowHosts } = readWebhooks(process.env);
const { retentionDays } = config;

/** Timer: tells the endpoints of WEBHOOKS what became of jobs, at least once, each job's events in order. */
export const main_handler = eventFunction(
  async (_event, { deadlineMs, log }) => {
    const sender = createWebhookSender({ allowHosts });
    try {
      return await deliver({ store, sender, endpoints, clock, log, deadlineMs, retentionDays });
    } finally {
      sender.close();
    }
  },
  config,
  clock,
);
