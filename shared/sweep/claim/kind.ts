import type { Sql } from '../../store/store.ts';

/** What one worker of a sweep goes through: jobs of one bucket and tag can be asked about together. */
export interface Kind {
  readonly bucket: string;
  readonly region: string;
  readonly tag: string;
}

/** Who claims, and what: a worker with the token of its leases, and what was due of a kind when the sweep began. */
export interface Claimant {
  readonly kind: Kind;
  readonly token: string;
  readonly startedAt: Date;
}

/**
 * Sweeps take what is due of a kind one after the other: two that pass over each other's rows would each get a part, and
 * each part would cost requests of its own.
 */
export async function lockKind(sql: Sql, { bucket, region, tag }: Kind): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${JSON.stringify(['claim', bucket, region, tag])}, 0))`;
}
