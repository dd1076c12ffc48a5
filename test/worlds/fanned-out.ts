import { noteEndpoints } from '../../shared/notify/endpoints.ts';
import { fanOut } from '../../shared/notify/fan-out.ts';
import { readWebhooks } from '../../shared/notify/read-webhooks.ts';
import { startToldWorld } from './told-world.ts';

/** So many events that wait for these endpoints only to be asked. */
export async function startFannedOut(variables: Record<string, string>, events: number) {
  const world = await startToldWorld();
  await world.hear(await world.watchJobs(events), 'Running', 1);
  const { endpoints } = readWebhooks(variables);
  await world.store.transaction(async (sql) => {
    await noteEndpoints(sql, endpoints);
    await fanOut(sql, endpoints, events);
  });
  return world;
}
