import { useEffect, useRef, useState } from 'preact/hooks';
import type { components } from '../client/schema.d.ts';
import { keyOf, type Row } from './jobs-list.ts';
import { usePage } from './page.ts';

export type Preview = components['schemas']['Preview'];

/** A job that may have made a picture. */
interface Pictured extends Pick<Row, 'JobId' | 'Intent' | 'OutputBytes'> {
  readonly Outcome: string;
}

/** The API takes so many ids at once. */
const IDS_AT_ONCE = 50;
/** A whole picture is fetched for a small one: only of small files. */
const THUMBNAIL_BYTES = 512 * 1024;

/** Addresses of the pictures of rows, asked for in one request for a page of them. */
export function usePreviews(rows: readonly Pictured[]): ReadonlyMap<string, Preview> {
  const { api, overview } = usePage();
  const [known, setKnown] = useState<ReadonlyMap<string, Preview>>(new Map());
  const asked = useRef(new Set<string>());
  const isOn = !overview.Off.includes('previews');
  const wanted = rows.filter(
    ({ Outcome, OutputBytes }) =>
      isOn && Outcome === 'Success' && (OutputBytes ?? Number.POSITIVE_INFINITY) <= THUMBNAIL_BYTES,
  );
  const missing = wanted.map(keyOf).filter((id) => !asked.current.has(id));
  useEffect(() => {
    for (let from = 0; from < missing.length; from += IDS_AT_ONCE) {
      const ids = missing.slice(from, from + IDS_AT_ONCE);
      for (const id of ids) asked.current.add(id);
      api.listPreviews({ query: { ids } }).then(
        ({ body }) =>
          setKnown((old) => {
            const more = body.Previews.flatMap(({ JobId, Output }) =>
              Output ? [[JobId, Output] as const] : [],
            );
            return new Map([...old, ...more]);
          }),
        // A list without pictures is a list all the same.
        () => undefined,
      );
    }
  }, [missing.join()]);
  return known;
}
