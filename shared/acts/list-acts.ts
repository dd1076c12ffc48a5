import { decodeCursor, nextCursor, type Placed, timeOf } from '../store/cursor.ts';
import type { Sql } from '../store/store.ts';

/** An act as callers see it. */
interface ListedAct {
  readonly Id: string;
  readonly At: string;
  readonly By: string;
  readonly Act: string;
  readonly Subject: string;
  readonly Detail: object;
  readonly Result: string;
}

interface ActPage {
  readonly Acts: ListedAct[];
  /** '' on the last page */
  readonly NextCursor: string;
}

interface ActRow extends Placed {
  at: Date;
  by: string;
  act: string;
  subject: string;
  detail: object | null;
  result: string;
}

/** Who did what, the newest first. */
export async function listActs(
  sql: Sql,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): Promise<ActPage> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  const rows = await sql<ActRow[]>`
    select *, id::text as id, (extract(epoch from at) * 1000000)::bigint::text as created_us from acts
    ${after ? sql`where (at, id) < (${timeOf(sql, after.createdUs)}, ${numberOf(after.id)}::bigint)` : sql``}
    order by at desc, acts.id desc
    limit ${limit + 1}`;
  return {
    Acts: rows.slice(0, limit).map((row) => ({
      Id: row.id,
      At: row.at.toISOString(),
      By: row.by,
      Act: row.act,
      Subject: row.subject,
      Detail: row.detail ?? {},
      Result: row.result,
    })),
    NextCursor: nextCursor(rows, limit),
  };
}

/** The cursor of another list names nothing here: its page is the empty one. */
function numberOf(id: string): string {
  return /^\d{1,18}$/.test(id) ? id : '0';
}
