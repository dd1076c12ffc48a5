import { watches } from './0001-watches.ts';
import { automation } from './0002-automation.ts';
import { deliveries } from './0003-deliveries.ts';
import { submissions } from './0004-submissions.ts';
import { clocks } from './0005-clocks.ts';
import { positions } from './0006-positions.ts';
import { cohortIndexes, cohorts } from './0007-cohorts.ts';
import { listIndexes, lists } from './0008-lists.ts';
import { countIndexes, counts } from './0009-overview.ts';
import { eventIndexes, events } from './0010-events.ts';
import { actIndexes, acts } from './0011-acts.ts';
import { renditionIndexes, renditions } from './0012-renditions.ts';
import { backfills } from './0013-backfills.ts';
import type { LargeIndex } from './large-index.ts';

export type Migration = string | LargeIndex;

/**
 * In order, each applied once. A migration must leave the previous release running: it adds, and what it makes
 * superfluous is removed one release later.
 */
const MIGRATIONS: readonly Migration[] = [
  watches,
  automation,
  deliveries,
  submissions,
  clocks,
  positions,
  cohorts,
  ...cohortIndexes,
  lists,
  ...listIndexes,
  counts,
  ...countIndexes,
  events,
  ...eventIndexes,
  acts,
  ...actIndexes,
  renditions,
  ...renditionIndexes,
  backfills,
];

/** The version that this release brings a database to. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * In a bundle they are a file beside the code (deploy/build/migrations-beside.ts): a database is brought up to date once,
 * and every instance would carry them.
 */
export function readMigrations(): readonly Migration[] {
  return MIGRATIONS;
}
