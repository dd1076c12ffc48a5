import { type Act, noteAct } from '../../acts/note-act.ts';
import type { Sql, Store } from '../../store/store.ts';

/** Does something in a transaction, and notes that it was done; undefined where there was nothing to do it to. */
export async function noted<T>(
  { transaction }: Pick<Store, 'transaction'>,
  act: Act,
  work: (sql: Sql) => Promise<T | undefined>,
): Promise<T | undefined> {
  return await transaction(async (sql) => {
    const done = await work(sql);
    if (done !== undefined) await noteAct(sql, act);
    return done;
  });
}
