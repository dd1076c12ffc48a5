import type { ApiClock } from '../api/cloud-api.ts';
import { DeployError } from '../api/deploy-error.ts';
import { FIRST_BACKOFF_MS, MAX_BACKOFF_MS, MAX_PASSES, MAX_REREADS } from '../api/limits.ts';
import { refusedTogether } from '../plan/refusals.ts';
import { type DeployStep, describeStep, stepKey } from '../plan/step.ts';
import type { StepPlan } from '../plan/step-plan.ts';
import { undescribedTriggers } from '../plan/undescribed-triggers.ts';
import type { CloudState } from '../state/state.ts';

interface Convergence {
  readonly read: () => Promise<CloudState>;
  readonly plan: (state: CloudState) => StepPlan;
  readonly apply: (step: DeployStep) => Promise<void>;
  readonly onProgress: (text: string) => void;
  readonly clock: ApiClock;
}

export interface Converged {
  readonly state: CloudState;
  /** What was done, in order; empty when the account was as it should be. */
  readonly done: readonly string[];
  /** What does not show in the account, and whether it was done; nothing when all is as it should be. */
  readonly left: readonly string[];
  /** What of others went with a function, then what the last plan noted. */
  readonly notes: readonly string[];
}

/**
 * Reads, plans and acts until nothing is left to do. After a write whose outcome is not known the account is read
 * again, so that nothing is repeated blindly. No step is done twice: an account that says otherwise is reported.
 *
 * @throws DeployError with all refusals, before anything is done in that pass, or at the first error that reading
 * again does not mend. What was done until then stays; the next run goes on from there.
 */
export async function converge({ read, plan, apply, onProgress, clock }: Convergence): Promise<Converged> {
  /** By what tells them apart. */
  const done = new Map<string, DeployStep>();
  const losses = new Set<string>();
  let rereads = 0;
  const waitToReread = async () => {
    await clock.sleep(Math.min(FIRST_BACKOFF_MS * 2 ** rereads, MAX_BACKOFF_MS));
    rereads++;
  };
  for (let pass = 1; ; ) {
    const state = await read();
    const { steps, refusals, notes, awaited } = plan(state);
    const [refusal] = refusals;
    if (refusal !== undefined) throw refusals.length === 1 ? refusal : refusedTogether(refusals);
    const open = steps.filter((step) => !done.has(stepKey(step)));
    const isLate = open.length === 0 && steps.length + awaited.length > 0;
    if (isLate && rereads < MAX_REREADS) {
      // What was written may show a little later [guess].
      await waitToReread();
      continue;
    }
    if (open.length === 0 || pass > MAX_PASSES) {
      const left = steps.map((step) => {
        const outcome = open.includes(step) ? 'not done, the account kept changing' : 'done, does not show';
        return `${describeStep(step)}: ${outcome}`;
      });
      return {
        state,
        done: [...done.values()].map(describeStep),
        left: [...left, ...awaited],
        notes: [...new Set([...losses, ...notes, ...undescribedTriggers([...done.values()], state)])],
      };
    }
    pass++;
    try {
      for (const step of open) {
        onProgress(describeStep(step));
        // Before it is done: if the answer is lost, nobody else remembers.
        if (step.kind === 'delete-function') for (const loss of step.losses) losses.add(loss);
        await apply(step);
        done.set(stepKey(step), step);
      }
    } catch (error) {
      if (!(error instanceof DeployError && error.needsReread) || rereads === MAX_REREADS) throw error;
      onProgress(`${error.message}: reading the account again`);
      await waitToReread();
    }
  }
}
