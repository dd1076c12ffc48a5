import { useEffect, useRef, useState } from 'preact/hooks';
import type { Asked } from '../client/client.ts';
import type { components } from '../client/schema.d.ts';
import type { Address } from './address.ts';
import { type Failure, failureOf } from './failure.ts';
import { usePage } from './page.ts';

export type Row = components['schemas']['ListedWatch'];
export type ListQuery = NonNullable<Asked<'listWatches'>['query']>;

const PAGE = 50;
/** No more rows than these are in the page. */
const MOST_ROWS = 200;
const WINDOW_SECONDS: Readonly<Record<string, number>> = {
  '1h': 3600,
  '24h': 86_400,
  '7d': 604_800,
  '30d': 2_592_000,
};

/** The filters of a list, as the address has them. */
export function listQueryOf({ query }: Address, now = Date.now()): ListQuery {
  const { state = '', rule = '', q = '', code = '', since = '' } = query;
  const seconds = WINDOW_SECONDS[since];
  return {
    ...(state === 'open' ? { open: 'true' as const } : {}),
    ...(state !== '' && state !== 'open' ? { outcome: [state] as NonNullable<ListQuery['outcome']> } : {}),
    ...(rule === '' ? {} : { rule }),
    ...(code === '' ? {} : { code: [code] }),
    ...(q === '' ? {} : { input: q.endsWith('*') ? q : `${q}*` }),
    // Whole minutes, so that pages of one list have the same filters.
    ...(seconds === undefined || state === 'open'
      ? {}
      : { since: new Date(Math.floor(now / 60_000) * 60_000 - seconds * 1000).toISOString() }),
  };
}

export const keyOf = (row: Pick<Row, 'JobId' | 'Intent'>) => (row.JobId === '' ? row.Intent : row.JobId);

export interface JobsList {
  readonly rows: readonly Row[] | undefined;
  readonly failure: Failure | undefined;
  /** that wait until nobody is disturbed by them */
  readonly newCount: number;
  readonly showNew: () => void;
  readonly older: (() => void) | undefined;
  /** back to the top, where the list does not begin at it */
  readonly newest: (() => void) | undefined;
}

interface State {
  readonly rows?: readonly Row[];
  readonly waiting: readonly Row[];
  readonly next: string;
  /** where the list begins; '' at the newest */
  readonly from: string;
  readonly failure?: Failure;
}

const EMPTY: State = { waiting: [], next: '', from: '' };

/**
 * The list that an address asks for. It is fetched anew when something has moved; what is shown changes in place, and what
 * is new comes on top, unless somebody reads.
 */
export function useJobsList(address: Address, isReading: () => boolean): JobsList {
  const { api, overview } = usePage();
  const { state, rule, q, code, since } = address.query;
  const filters = JSON.stringify([state, rule, q, code, since]);
  const [list, setList] = useState<State>(EMPTY);
  const [turn, setTurn] = useState(0);
  const shown = useRef<{ filters: string; query: ListQuery; list: State }>({
    filters: '',
    query: {},
    list: EMPTY,
  });
  const update = (next: State) => {
    shown.current.list = next;
    setList(next);
  };

  useEffect(() => {
    let isCurrent = true;
    if (shown.current.filters !== filters) {
      shown.current = { filters, query: listQueryOf(address), list: EMPTY };
      setList(EMPTY);
    }
    const { query, list: before } = shown.current;
    const limit = Math.min(MOST_ROWS, Math.max(PAGE, before.rows?.length ?? 0));
    const cursor = before.from === '' ? {} : { cursor: before.from };
    api.listWatches({ query: { ...query, ...cursor, limit } }).then(
      ({ body }) =>
        isCurrent && update(merged(shown.current.list, body.Watches, body.NextCursor, isReading())),
      (error: unknown) => isCurrent && update({ ...shown.current.list, failure: failureOf(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [api, filters, overview.Version, list.from, turn]);

  /** From the top, with all that is new. */
  const begin = () => {
    update(EMPTY);
    setTurn(turn + 1);
    scrollTo(0, 0);
  };

  const older = async () => {
    const { query, list: before } = shown.current;
    const { body } = await api.listWatches({ query: { ...query, cursor: before.next, limit: PAGE } });
    if (shown.current.query !== query) return;
    const rows = [...(before.rows ?? []), ...body.Watches];
    // Too many rows are slow: from here on the list begins further down.
    if (rows.length > MOST_ROWS)
      update({ ...EMPTY, rows: body.Watches, from: before.next, next: body.NextCursor });
    else update({ ...before, rows, next: body.NextCursor });
  };
  return {
    rows: list.rows,
    failure: list.failure,
    newCount: list.waiting.length,
    showNew: begin,
    older: list.next === '' ? undefined : () => void older().catch(() => undefined),
    newest: list.from === '' ? undefined : begin,
  };
}

/** What was just read, put into what is shown. */
function merged(before: State, read: readonly Row[], next: string, isReading: boolean): State {
  const { rows, from } = before;
  if (rows === undefined || !isReading) return { rows: read, waiting: [], next, from };
  const now = new Map(read.map((row) => [keyOf(row), row]));
  const known = new Set(rows.map(keyOf));
  const inPlace = rows.map((row) => now.get(keyOf(row)) ?? row);
  return { rows: inPlace, waiting: read.filter((row) => !known.has(keyOf(row))), next: before.next, from };
}
