import type { Rule } from '../rules/rule.ts';
import type { Instance } from '../scf/create-instance.ts';
import type { Handler } from './handler.ts';
import { readAbout } from './read/read-about.ts';
import { readActs } from './read/read-acts.ts';
import { readBackfills } from './read/read-backfills.ts';
import { readDeliveries } from './read/read-deliveries.ts';
import { readEndpoints } from './read/read-endpoints.ts';
import { readEvents } from './read/read-events.ts';
import { readJobs } from './read/read-jobs.ts';
import { readOverview } from './read/read-overview.ts';
import { readPreviews } from './read/read-previews.ts';
import { readRetries } from './read/read-retries.ts';
import { readRuleList } from './read/read-rule-list.ts';
import { readWatches } from './read/read-watches.ts';

/** What tells and changes nothing. @param folder where the build has put openapi.json */
export function reading(instance: Instance, rules: readonly Rule[], folder: string): Handler[] {
  return [
    ...readJobs(instance),
    ...readWatches(instance),
    ...readPreviews(instance, rules),
    ...readRuleList(instance, rules),
    ...readRetries(instance),
    ...readBackfills(instance),
    ...readActs(instance),
    ...readOverview(instance, rules),
    ...readDeliveries(instance),
    ...readEvents(instance),
    ...readEndpoints(instance),
    ...readAbout(instance, folder),
  ];
}
