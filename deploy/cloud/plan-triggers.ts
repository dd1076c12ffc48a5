import type { DesiredFunction } from './desired.ts';
import { triggerTaken } from './refusals.ts';
import type { FunctionState } from './state.ts';
import { type Step, triggerText } from './step.ts';
import { NOTHING, type StepPlan } from './step-plan.ts';
import { LATEST, type Trigger, type TriggerState, triggerKey } from './trigger.ts';

/** COS triggers cannot be changed [sdk]: theirs is another one, made after the old one is gone. */
export function planTriggers(fn: DesiredFunction, found: FunctionState | undefined): StepPlan {
  const { name, cloudName, owner } = fn;
  const existing = found?.triggers ?? [];
  const step = (kind: 'create-trigger' | 'update-trigger' | 'delete-trigger', trigger: Trigger): Step => ({
    kind,
    name,
    cloudName,
    trigger,
    owner,
  });
  const matches = fn.triggers.map((trigger) => ({ trigger, match: matchOf(trigger, existing, owner) }));
  const matched = new Set(matches.map(({ match }) => match));
  const rest = existing.filter((trigger) => !matched.has(trigger));

  const steps = rest.flatMap((trigger) => (trigger.owner === owner ? [step('delete-trigger', trigger)] : []));
  const refusals = [];
  for (const { trigger, match } of matches) {
    const namesake = rest.find((other) => other.owner !== owner && triggerKey(other) === triggerKey(trigger));
    if (match === undefined && namesake !== undefined) refusals.push(triggerTaken(cloudName, namesake));
    else if (match === undefined) steps.push(step('create-trigger', trigger));
    else if (isSame(trigger, match)) continue;
    else if (match.owner !== owner) refusals.push(triggerTaken(cloudName, match));
    else if (trigger.type === 'cos')
      steps.push(step('delete-trigger', match), step('create-trigger', trigger));
    // In place: a Function URL that were made anew would have another address.
    else steps.push(step('update-trigger', { ...trigger, name: match.name }));
  }
  const foreign = rest.filter((trigger) => trigger.owner !== owner);
  return {
    ...NOTHING,
    steps,
    refusals,
    notes: foreign.map((trigger) => `${name}: ${triggerText(trigger)} stays: this service did not make it`),
  };
}

/** A version has one Function URL, whatever its name [doc 583/100227]. */
function matchOf(
  trigger: Trigger,
  existing: readonly TriggerState[],
  owner: string,
): TriggerState | undefined {
  const alike = existing.filter(
    (other) =>
      other.qualifier === LATEST &&
      (trigger.type === 'http' ? other.type === 'http' : triggerKey(other) === triggerKey(trigger)),
  );
  return alike.find((other) => other.owner === owner) ?? alike[0];
}

function isSame(a: Trigger, b: Trigger): boolean {
  return a.desc === b.desc && a.enabled === b.enabled && a.argument === b.argument;
}
