import type { CloudApi } from './cloud-api.ts';
import { triggerDescription } from './owner-mark.ts';
import { unlessAbsent } from './sdk-error.ts';
import type { Step } from './step.ts';
import { LATEST, type Trigger } from './trigger.ts';

type TriggerStep = Extract<Step, { trigger: Trigger }>;

export async function applyToTrigger(
  api: CloudApi,
  { kind, cloudName, trigger, owner }: TriggerStep,
): Promise<void> {
  const target = {
    FunctionName: cloudName,
    TriggerName: trigger.name,
    Type: trigger.type,
    Qualifier: LATEST,
  };
  if (kind === 'delete-trigger') {
    // COS triggers share their name: the description tells which one [sdk].
    const which = trigger.type === 'cos' ? { TriggerDesc: trigger.desc } : {};
    await unlessAbsent(
      api.write('DeleteTrigger', cloudName, (scf) => scf.DeleteTrigger({ ...target, ...which })),
    );
    return;
  }
  const request = {
    ...target,
    TriggerDesc: trigger.desc,
    Enable: trigger.enabled ? 'OPEN' : 'CLOSE',
    Description: triggerDescription(owner),
    // Only timers have one [sdk]; an update must be able to empty it.
    ...(trigger.type === 'timer' ? { CustomArgument: trigger.argument } : {}),
  };
  if (kind === 'create-trigger') {
    await api.write('CreateTrigger', cloudName, (scf) => scf.CreateTrigger(request));
  } else {
    await api.write('UpdateTrigger', cloudName, (scf) => scf.UpdateTrigger(request));
  }
}
