import type { FunctionState } from '../state/state.ts';
import { LATEST, type Trigger, type TriggerState, takeSameObjects, triggerKey } from '../state/trigger.ts';
import type { DesiredFunction } from './desired.ts';
import { triggerTaken } from './refusals.ts';
import { type DeployStep, type TriggerPlace, triggerText } from './step.ts';
import { NOTHING, type StepPlan } from './step-plan.ts';

/** COS triggers cannot be changed [sdk]: theirs is another one. */
export function planTriggers(fn: DesiredFunction, found: FunctionState | undefined): StepPlan {
  const { name, cloudName, owner } = fn;
  const existing = found?.triggers ?? [];
  const step = (
    kind: 'create-trigger' | 'update-trigger' | 'delete-trigger',
    trigger: Trigger,
  ): DeployStep => {
    const change = { name, cloudName, trigger, owner };
    return kind === 'create-trigger' ? { kind, inPlaceOf: [], ...change } : { kind, ...change };
  };
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

/**
 * In what order the triggers of all functions change. Of objects no event may be lost meanwhile: what takes the place of
 * others is made before they go, at whichever function they are; two events of one object are one version. An account
 * that takes no two triggers for one object [doc] makes that impossible: then they go, and it comes at once.
 */
export function orderTriggers(steps: readonly DeployStep[]): DeployStep[] {
  const deletions = steps.flatMap((step) => (step.kind === 'delete-trigger' ? [step] : []));
  const creations = steps.flatMap((step) => (step.kind === 'create-trigger' ? [step] : []));
  const places = ({ cloudName, trigger }: TriggerPlace) => `${cloudName} ${triggerKey(trigger)}`;
  // One that is to be made anew as it is, because somebody closed it, cannot stand beside itself.
  const anew = new Set(creations.map(places));
  const isReplaced = (deletion: TriggerPlace) =>
    !anew.has(places(deletion)) &&
    creations.some(({ trigger }) => takeSameObjects(trigger, deletion.trigger));
  const replaced = deletions.filter(isReplaced);
  return [
    ...deletions.filter((deletion) => !isReplaced(deletion)),
    ...creations.map((creation) => ({
      ...creation,
      inPlaceOf: replaced.filter(({ trigger }) => takeSameObjects(trigger, creation.trigger)),
    })),
    ...replaced,
    ...steps.filter((step) => step.kind === 'update-trigger'),
  ];
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
