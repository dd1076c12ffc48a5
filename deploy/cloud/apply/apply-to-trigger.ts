import type { CloudApi } from '../api/cloud-api.ts';
import { DeployError } from '../api/deploy-error.ts';
import { unlessAbsent } from '../api/sdk-error.ts';
import type { DeployStep, TriggerPlace } from '../plan/step.ts';
import { triggerDescription } from '../state/owner-mark.ts';
import { LATEST, type Trigger } from '../state/trigger.ts';

type TriggerStep = Extract<DeployStep, { trigger: Trigger }>;

/** A trigger that the account does not take beside those it has [doc 583/30771]; which of these codes it answers is a guess. */
const CONFLICT_CODES = [
  'InvalidParameterValue.CosNotifyRuleConflict',
  'ResourceInUse',
  'LimitExceeded.Trigger',
];

export async function applyToTrigger(api: CloudApi, step: TriggerStep): Promise<void> {
  switch (step.kind) {
    case 'delete-trigger':
      return await deleteTrigger(api, step);
    case 'update-trigger':
      await api.write('UpdateTrigger', step.cloudName, (scf) => scf.UpdateTrigger(requestOf(step)));
      return;
    case 'create-trigger':
      try {
        await createTrigger(api, step);
      } catch (error) {
        if (step.inPlaceOf.length === 0 || !isConflict(error)) throw error;
        await replaceTriggers(api, step);
      }
  }
}

/** Between the first deletion and the creation events are lost: nothing else is done meanwhile. */
async function replaceTriggers(
  api: CloudApi,
  step: Extract<TriggerStep, { kind: 'create-trigger' }>,
): Promise<void> {
  for (const old of step.inPlaceOf) await deleteTrigger(api, old);
  try {
    await createTrigger(api, step);
  } catch (error) {
    // It was somebody else's trigger that stood in the way: ours stay as they were.
    if (isConflict(error))
      for (const old of step.inPlaceOf) await createTrigger(api, { ...old, owner: step.owner });
    throw error;
  }
}

type Written = TriggerPlace & { readonly owner: string };

async function createTrigger(api: CloudApi, written: Written): Promise<void> {
  await api.write('CreateTrigger', written.cloudName, (scf) => scf.CreateTrigger(requestOf(written)));
}

function requestOf({ cloudName, trigger, owner }: Written) {
  return {
    ...targetOf({ cloudName, trigger }),
    TriggerDesc: trigger.desc,
    Enable: trigger.enabled ? 'OPEN' : 'CLOSE',
    Description: triggerDescription(owner),
    // Only timers have one [sdk]; an update must be able to empty it.
    ...(trigger.type === 'timer' ? { CustomArgument: trigger.argument } : {}),
  };
}

async function deleteTrigger(api: CloudApi, place: TriggerPlace): Promise<void> {
  const { cloudName, trigger } = place;
  // COS triggers share their name: the description tells which one [sdk].
  const which = trigger.type === 'cos' ? { TriggerDesc: trigger.desc } : {};
  await unlessAbsent(
    api.write('DeleteTrigger', cloudName, (scf) => scf.DeleteTrigger({ ...targetOf(place), ...which })),
  );
}

function targetOf({ cloudName, trigger }: TriggerPlace) {
  return {
    FunctionName: cloudName,
    TriggerName: trigger.name,
    Type: trigger.type,
    Qualifier: LATEST,
  };
}

function isConflict(error: unknown): boolean {
  return error instanceof DeployError && CONFLICT_CODES.some((code) => error.code.startsWith(code));
}
