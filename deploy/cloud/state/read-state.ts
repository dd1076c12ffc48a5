import type { CloudApi } from '../api/cloud-api.ts';
import { READS_AT_ONCE } from '../api/limits.ts';
import { readPages } from '../api/read-pages.ts';
import { runTogether } from '../api/run-together.ts';
import { type CustomDomainRoutes, leadsToOneOf } from './custom-domain.ts';
import { readDomains } from './read-domains.ts';
import { readFunctionState } from './read-function-state.ts';
import type { CloudState, FunctionState } from './state.ts';

interface Wanted {
  /** Names in the account of the functions that serverless.yml has. */
  readonly cloudNames: readonly string[];
  /** What the names of all functions of this service and stage begin with. */
  readonly prefix: string;
  readonly owner: string;
  readonly domain: string | undefined;
  /** Waits until nothing is under way at any of them. */
  readonly settled: boolean;
}

/** What the account has of a service in a stage, the functions that have left serverless.yml included. */
export async function readState(api: CloudApi, wanted: Wanted): Promise<CloudState> {
  const { cloudNames, prefix, owner, settled } = wanted;
  const names = [...new Set([...cloudNames, ...(await listFunctions(api, prefix))])];
  const domains = await readDomains(api);
  const found = await runTogether(
    READS_AT_ONCE,
    names.map((name) => () => readFunctionState(api, name, { owner, settled })),
  );
  const functions = found.filter((fn) => fn !== undefined);
  // The prefix of this service in this stage may also begin the names of another: those are none of ours.
  const relevant = (fn: FunctionState) => fn.owner === owner || cloudNames.includes(fn.cloudName);
  const ours = new Set(functions.flatMap((fn) => (fn.owner === owner ? fn.cloudName : [])));
  const leadsHere = ({ name, endpoints }: CustomDomainRoutes) =>
    name === wanted.domain || endpoints.some((route) => leadsToOneOf(route, ours));
  return {
    functions: new Map(functions.filter(relevant).map((fn) => [fn.cloudName, fn])),
    domains: domains.filter(leadsHere),
  };
}

async function listFunctions(api: CloudApi, prefix: string): Promise<string[]> {
  const found = await readPages(
    async (page) =>
      (await api.read('ListFunctions', '', (scf) => scf.ListFunctions({ SearchKey: prefix, ...page })))
        .Functions,
  );
  // SearchKey finds it anywhere in a name [sdk].
  return found.flatMap(({ FunctionName = '' }) => (FunctionName.startsWith(prefix) ? FunctionName : []));
}
