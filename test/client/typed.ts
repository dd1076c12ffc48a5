import { createApi } from '../../client/client.ts';

const api = createApi({ url: 'http://x' });
export const a = await api.describeJobs({ path: { ids: ['a'] }, query: { wait: 20 } });
export const b = a.body.JobsDetail[0]?.State;
export const c = (await api.listWatches({ query: { outcome: ['Success'] } })).body.Watches;
export const d = await api.cancelJobs({ path: { ids: ['a'] } });
export const e = await api.createJobs({ body: { Tag: 'Animation', Operation: [] } });
export const f = await api.getHealth({});
// @ts-expect-error no such outcome
export const g = await api.listWatches({ query: { outcome: ['Nope'] } });
