import type { MaybeRow, PendingQuery } from 'postgres';

/** What of a query of postgres.js 3.4.9 (src/query.js) is set here. */
interface DriverQuery {
  readonly options: { prepare?: boolean };
  readonly reject: (reason: unknown) => void;
  /** hands it over */
  handler: (query: DriverQuery) => void;
}

/**
 * A statement that is parsed and planned once for each connection, where that leads to one server process
 * (`openConnection` finds out); else each time, as any other. For statements that come with every event and reach a few
 * rows by their keys: a plan that is kept does not know the values. It names its columns, since one that does not fails
 * when a migration adds another, and its text is always the same.
 */
export function prepared<Rows extends readonly MaybeRow[]>(query: PendingQuery<Rows>): PendingQuery<Rows> {
  if (isDriverQuery(query)) query.options.prepare = true;
  return query;
}

/** Unless it is one of those, a statement is planned each time, with its values. */
export function unprepared(query: DriverQuery): void {
  query.options.prepare = false;
}

/** Has a query fail instead of being handed over, if `refuse` throws then. */
export function refusedUnless(query: DriverQuery, refuse: () => void): void {
  const { handler } = query;
  query.handler = (asked) => {
    try {
      refuse();
    } catch (error) {
      return asked.reject(error);
    }
    handler(asked);
  };
}

export function isDriverQuery(query: unknown): query is DriverQuery {
  return typeof query === 'object' && query !== null && 'options' in query && 'handler' in query;
}
