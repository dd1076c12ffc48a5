import type { Instance } from '../scf/create-instance.ts';
import type { Handler } from './handler.ts';
import { readAbout } from './read/read-about.ts';
import { readDeliveries } from './read/read-deliveries.ts';
import { readJobs } from './read/read-jobs.ts';
import { readOverview } from './read/read-overview.ts';
import { readWatches } from './read/read-watches.ts';

/** What tells and changes nothing. @param folder where the build has put openapi.json */
export function reading(instance: Instance, folder: string): Handler[] {
  return [
    ...readJobs(instance),
    ...readWatches(instance),
    ...readOverview(instance),
    ...readDeliveries(instance),
    ...readAbout(instance, folder),
  ];
}
