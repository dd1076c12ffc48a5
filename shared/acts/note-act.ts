import type { Sql } from '../store/store.ts';

/** Something that somebody did by a request, and that changed something. */
export interface Act {
  /** the token's name; `local` where none is asked for */
  readonly by: string;
  /** such as `job.retry` */
  readonly act: string;
  /** what it was done to */
  readonly subject: string;
  readonly detail?: object;
  readonly result: string;
}

/** Notes an act in the transaction that did it: what is undone was not done. A repetition that changes nothing is none. */
export async function noteAct(sql: Sql, { by, act, subject, detail, result }: Act): Promise<void> {
  await sql`
    insert into acts (at, by, act, subject, detail, result)
    values (jobwatch_now(), ${by}, ${act}, ${subject}, ${detail === undefined ? null : JSON.stringify(detail)}::text::json,
      ${result})`;
}
