import type { Config } from '../../config.ts';
import { listEndpoints } from '../../notify/list-endpoints.ts';
import { listRules } from '../../objects/list-rules.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Instance } from '../../scf/create-instance.ts';
import type { Sql } from '../../store/store.ts';
import { getOverview } from '../../watch/overview/get-overview.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { jsonAnswer } from '../http-answer.ts';
import { getOverviewRoute } from '../routes/overview.ts';

/** A size is counted file by file, and moves slowly. */
const STORE_SIZE_MS = 60_000;

export function readOverview({ store, config, clock }: Instance, rules: readonly Rule[]): Handler[] {
  let size = { bytes: 0, readAtMs: Number.NEGATIVE_INFINITY };
  const storeBytes = async (sql: Sql) => {
    if (clock.now() - size.readAtMs > STORE_SIZE_MS)
      size = { bytes: await readStoreBytes(sql), readAtMs: clock.now() };
    return size.bytes;
  };
  return [
    storeHandler(getOverviewRoute, store, async ({ query, raw }, { transaction }) => {
      const overview = await transaction(async (sql) => ({
        ...(await getOverview(sql, query.window, config.ciMaxRps)),
        Store: { Bytes: await storeBytes(sql), RetentionDays: config.retentionDays },
        Rules: await listRules(sql, rules),
        Endpoints: await listEndpoints(sql),
        Access: raw.mayWrite ? 'write' : 'read',
        Off: await switchedOff(sql, config),
      }));
      return jsonAnswer(200, overview);
    }),
  ];
}

async function readStoreBytes(sql: Sql): Promise<number> {
  const [row] = await sql<{ bytes: string }[]>`select pg_database_size(current_database())::text as bytes`;
  return Number(row?.bytes ?? 0);
}

/** The parts that are not in use. */
async function switchedOff(sql: Sql, { discover, previews, uploads }: Config): Promise<string[]> {
  // Only deliver knows WEBHOOKS; it makes known which endpoints there are.
  const [webhooks] = await sql`select 1 from endpoints limit 1`;
  return [
    ...(previews ? [] : ['previews']),
    ...(uploads === undefined ? ['uploads'] : []),
    ...(discover.length === 0 ? ['discover'] : []),
    ...(webhooks === undefined ? ['webhooks'] : []),
  ];
}
