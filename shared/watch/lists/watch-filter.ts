import { createHash } from 'node:crypto';

/** What a list of watches is narrowed down by; what is left out is not asked for. */
export interface WatchFilter {
  readonly state?: readonly string[];
  readonly outcome?: readonly string[];
  readonly code?: readonly string[];
  /** open ones count submissions that are pending */
  readonly open?: boolean;
  readonly rule?: string;
  readonly bucket?: string;
  readonly tag?: string;
  /** from then on: of CreatedAt, and with `outcome` of EndedAt */
  readonly since?: Date;
  /** and before then */
  readonly until?: Date;
  /** a key, or how it begins and `*` */
  readonly input?: string;
  readonly output?: string;
  /** the submission that they came from */
  readonly intent?: string;
}

/** A page of a list. */
export interface WatchQuery extends WatchFilter {
  /** by CreatedAt; default: the newest first */
  readonly order?: 'asc' | 'desc';
  readonly limit: number;
  /** where the page before ended */
  readonly cursor?: string;
}

/** Whether the filter lets through a submission that is pending. */
export function showsPending({ state, outcome, code, open }: WatchFilter): boolean {
  return (
    outcome === undefined &&
    code === undefined &&
    open !== false &&
    (state === undefined || state.includes('Pending'))
  );
}

/** Tells the pages of one list from those of another. */
export function listNameOf({ limit: _, cursor: __, ...list }: WatchQuery): string {
  const told = Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 8);
}
