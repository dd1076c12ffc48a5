import type { CloudState } from '../state/state.ts';
import { triggerKey } from '../state/trigger.ts';
import { type DeployStep, triggerText } from './step.ts';

/**
 * Notes about triggers that were just made and came back without the description that marks them as ours. Whoever adds
 * a trigger of that type to such a function has to know that it will count as one of this service.
 */
export function undescribedTriggers(done: readonly DeployStep[], { functions }: CloudState): string[] {
  return done.flatMap((step) => {
    if (step.kind !== 'create-trigger') return [];
    const found = functions
      .get(step.cloudName)
      ?.triggers.find((trigger) => triggerKey(trigger) === triggerKey(step.trigger));
    if (found === undefined || found.described) return [];
    return [
      `${step.name}: ${triggerText(found)} came back without its Description: all of its type in this function count as this service's`,
    ];
  });
}
