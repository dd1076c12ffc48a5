import type postgres from 'postgres';

/** What of a query of postgres.js 3.4.9 (src/connection.js, `build` and `toBuffer`) is looked at here. */
interface DriverQuery {
  readonly onlyDescribe?: boolean;
  readonly parameters: readonly unknown[];
}

const DESCRIBES = Symbol('describes');

/**
 * A statement with parameters takes one round trip instead of two. Unless statements are prepared, postgres.js has each
 * described before it binds: by the types that PostgreSQL answers it writes arrays and objects. Texts, numbers, booleans,
 * times, bytes and nulls are written without; those are bound in the message that parses them. Beside an array a text for
 * JSON, a time or a truth would be written otherwise: it is cast, as in `::text::json`, wherever it stands.
 *
 * The library has no setting for it. Its queries share one prototype, on which what it decides is kept apart here;
 * test/store/round-trips.test.ts counts what then goes over the wire, and the version is pinned.
 */
export function bindAtOnce(client: postgres.Sql): void {
  const prototype: object = Object.getPrototypeOf(client`select 1`);
  if (Object.hasOwn(prototype, 'describeFirst')) return;
  Object.defineProperty(prototype, 'describeFirst', {
    get(this: { [DESCRIBES]?: boolean }) {
      return this[DESCRIBES] ?? false;
    },
    set(this: DriverQuery & { [DESCRIBES]?: boolean }, wanted: unknown) {
      this[DESCRIBES] = Boolean(wanted) && (this.onlyDescribe === true || !this.parameters.every(isPlain));
    },
  });
}

/** Not a time that is none: it cannot be written, and the driver minds that only where it has described before. */
function isPlain(value: unknown): boolean {
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  return typeof value !== 'object' || value === null || value instanceof Uint8Array;
}
