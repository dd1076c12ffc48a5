import type { Instance } from '../scf/create-instance.ts';
import type { Handler } from './handler.ts';
import { writeDeliveries } from './write/write-deliveries.ts';
import { writeJobs } from './write/write-jobs.ts';
import { writeUploads } from './write/write-uploads.ts';
import { writeWatches } from './write/write-watches.ts';

/** What submits, cancels, orders and switches. */
export function writing(instance: Instance): Handler[] {
  return [
    ...writeJobs(instance),
    ...writeWatches(instance),
    ...writeDeliveries(instance),
    ...writeUploads(instance),
  ];
}
