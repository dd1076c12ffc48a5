import type { Mischiefs } from '../do-mischief.ts';
import type { Findings } from '../findings.ts';
import type { Unfinished } from '../until-quiet.ts';
import { MAX_RPS } from '../world/function-environment.ts';
import type { World } from '../world/world.ts';
import { checkEvents } from './check-events.ts';
import { checkJobs } from './check-jobs.ts';
import { checkOutcomes } from './check-outcomes.ts';
import { checkOutputs, checkOverlaps } from './check-outputs.ts';
import { checkRate } from './check-rate.ts';
import { checkSecrets } from './check-secrets.ts';
import type { Violation } from './violation.ts';

/** Every promise that can be checked while all is up. */
export async function check(
  world: World,
  findings: Findings,
  unfinished: Unfinished | undefined,
  mischiefs: Mischiefs,
): Promise<Violation[]> {
  return [
    ...checkJobs(world, findings),
    ...checkOutputs(world, findings),
    ...checkOverlaps(world),
    ...checkOutcomes(findings, unfinished),
    ...checkEvents(findings, Object.keys(world.secrets.webhooks)),
    ...checkRate(world.front.seen, MAX_RPS, mischiefs.rateResets),
    ...(await checkSecrets(world)),
  ];
}
