import type { Rule } from '../rules/rule.ts';
import type { Instance } from '../scf/create-instance.ts';
import type { Handler } from './handler.ts';
import { writeBackfills } from './write/write-backfills.ts';
import { writeDeliveries } from './write/write-deliveries.ts';
import { writeEndpoints } from './write/write-endpoints.ts';
import { writeIntents } from './write/write-intents.ts';
import { writeJobs } from './write/write-jobs.ts';
import { writeRetries } from './write/write-retries.ts';
import { writeRetryOrders } from './write/write-retry-orders.ts';
import { writeRules } from './write/write-rules.ts';
import { writeUploads } from './write/write-uploads.ts';
import { writeWatches } from './write/write-watches.ts';

/** What submits, cancels, orders and switches. */
export function writing(instance: Instance, rules: readonly Rule[]): Handler[] {
  return [
    ...writeJobs(instance),
    ...writeWatches(instance),
    ...writeDeliveries(instance),
    ...writeEndpoints(instance),
    ...writeUploads(instance),
    ...writeRetries(instance),
    ...writeRetryOrders(instance),
    ...writeBackfills(instance, rules),
    ...writeIntents(instance),
    ...writeRules(instance, rules),
  ];
}
