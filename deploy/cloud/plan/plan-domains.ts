import { type CustomDomainRoutes, servesOnly } from '../state/custom-domain.ts';
import type { CloudState } from '../state/state.ts';
import type { Desired } from './desired.ts';
import { domainTaken } from './refusals.ts';
import { NOTHING, type StepPlan } from './step-plan.ts';

/**
 * One that serverless.yml does not name stays: a domain carries no mark of who made it, and somebody's callers may
 * know it. It goes with the functions that it leads to.
 */
export function planDomains({ domain: wanted, functions }: Desired, state: CloudState): StepPlan {
  const others = state.domains.filter(({ name }) => name !== wanted?.name);
  const plan = {
    ...NOTHING,
    notes: others.map(
      ({ name }) => `${name} stays: it leads to this service, and serverless.yml does not name it`,
    ),
  };
  if (wanted === undefined) return plan;
  const found = state.domains.find(({ name }) => name === wanted.name);
  if (found === undefined) return { ...plan, steps: [{ kind: 'create-domain', domain: wanted }] };
  const names = new Set([...functions.map(({ cloudName }) => cloudName), ...state.functions.keys()]);
  if (!servesOnly(found, names)) return { ...plan, refusals: [domainTaken(wanted.name)] };
  return isSame(found, wanted) ? plan : { ...plan, steps: [{ kind: 'update-domain', domain: wanted }] };
}

/** @param names of this service's functions in the account */
export function planDomainRemoval(names: ReadonlySet<string>, { domains }: CloudState): StepPlan {
  const ours = domains.filter((domain) => servesOnly(domain, names));
  const kept = domains.filter((domain) => !ours.includes(domain));
  return {
    ...NOTHING,
    steps: ours.map((domain) => ({ kind: 'delete-domain', domain })),
    notes: kept.map(({ name }) => `${name} stays: its routes are not ours alone`),
  };
}

/** The account may list routes in another order than they were given: none of ours needs its place [guess]. */
function isSame(a: CustomDomainRoutes, b: CustomDomainRoutes): boolean {
  const inOrder = ({ endpoints, ...rest }: CustomDomainRoutes) =>
    JSON.stringify({
      ...rest,
      endpoints: endpoints.toSorted((one, other) => (one.PathMatch < other.PathMatch ? -1 : 1)),
    });
  return inOrder(a) === inOrder(b);
}
