import { busiestSecond } from './checks/check-rate.ts';
import type { Violation } from './checks/violation.ts';
import type { Findings } from './findings.ts';
import { historyOf } from './history.ts';
import { idOf } from './places.ts';
import type { Tally } from './tally.ts';
import { MAX_RPS } from './world/function-environment.ts';
import type { World } from './world/world.ts';

/** Each history is long. */
const MAX_HISTORIES = 5;
const MAX_TOLD = 40;

/** Adds to the tally what was found in the end. */
export function countFindings({ ledger, front }: World, findings: Findings, tally: Tally): void {
  tally.count('writes', `on ${ledger.objects.length} keys`, ledger.size);
  for (const { State } of findings.jobs) tally.count('jobs', State);
  for (const { state } of findings.intents) tally.count('intents', state);
  for (const { type } of findings.events) tally.count('events', type);
  for (const { endpoint } of findings.received) tally.count('arrived', endpoint);
  const busiest = `${busiestSecond(front.seen)} in the busiest second of at most ${MAX_RPS}`;
  tally.count('requests', busiest, front.seen.length);
}

/** The whole history of the first keys that broke. */
export async function tellHistories(
  world: World,
  findings: Findings,
  violations: readonly Violation[],
  say: (text: string) => void,
): Promise<void> {
  const objects = new Map(
    violations.flatMap(({ object }) => (object ? [[idOf(object), object] as const] : [])),
  );
  for (const object of [...objects.values()].slice(0, MAX_HISTORIES)) {
    for (const line of await historyOf(world, findings, object)) say(`history  ${line}`);
  }
}

export function tellViolations(violations: readonly Violation[], say: (text: string) => void): void {
  for (const { promise, detail } of violations.slice(0, MAX_TOLD)) say(`BROKEN   ${promise}: ${detail}`);
  if (violations.length > MAX_TOLD) say(`BROKEN   and ${violations.length - MAX_TOLD} more`);
}
