import type { DeployError } from '../api/deploy-error.ts';
import type { DeployStep } from './step.ts';

export interface StepPlan {
  /** In order: nothing calls a function before it runs, with its limits. */
  readonly steps: readonly DeployStep[];
  /** Why it cannot be done; then nothing is. */
  readonly refusals: readonly DeployError[];
  /** What somebody else made and stays as it is, and what comes later. */
  readonly notes: readonly string[];
  /** What the account has and does not tell yet: reading it again will. */
  readonly awaited: readonly string[];
}

export const NOTHING: StepPlan = { steps: [], refusals: [], notes: [], awaited: [] };

export function join(plans: readonly StepPlan[]): StepPlan {
  return {
    steps: plans.flatMap(({ steps }) => steps),
    refusals: plans.flatMap(({ refusals }) => refusals),
    notes: plans.flatMap(({ notes }) => notes),
    awaited: plans.flatMap(({ awaited }) => awaited),
  };
}
