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
