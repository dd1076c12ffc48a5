import type { components } from '../client/schema.d.ts';

/** One job, with all that is known of it. */
export type Watch = components['schemas']['WholeWatch'];
