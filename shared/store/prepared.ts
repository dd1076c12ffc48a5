import type { MaybeRow, PendingQuery } from 'postgres';

/** What of a query of postgres.js 3.4.9 (src/query.js) is set here. */
interface DriverQuery {
  readonly options: { prepare?: boolean };
}

/**
 * A statement that is parsed and planned once for each connection, where that leads to one server process
 * (`openConnection` finds out); else each time, as any other. For statements that come with every event and reach a few
 * rows by their keys: a plan that is kept does not know the values. It names its columns, since one that does not fails
 * when a migration adds another.
 */
export function prepared<Rows extends readonly MaybeRow[]>(query: PendingQuery<Rows>): PendingQuery<Rows> {
  prepare(query, true);
  return query;
}

/** Unless it is one of those, a statement is planned each time, with its values. */
export function unprepared(query: unknown): void {
  // What the tag makes of a name or a list of values is no query.
  if (typeof query === 'object' && query !== null && 'options' in query) prepare(query, false);
}

function prepare(query: object, isPrepared: boolean): void {
  (query as DriverQuery).options.prepare = isPrepared;
}
