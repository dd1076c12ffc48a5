import { expect, test as it } from 'vitest';
import { DeployError } from '../../../deploy/cloud/api/deploy-error.ts';
import { converge } from '../../../deploy/cloud/apply/converge.ts';
import type { DeployStep } from '../../../deploy/cloud/plan/step.ts';
import type { StepPlan } from '../../../deploy/cloud/plan/step-plan.ts';
import type { CloudState } from '../../../deploy/cloud/state/state.ts';

const NO_STATE: CloudState = { functions: new Map(), domains: [] };
const clock = { now: () => 0, sleep: async () => undefined };
const lift = (name: string): DeployStep => ({ kind: 'lift-limit', name, cloudName: name });
const planOf = (...steps: DeployStep[]): StepPlan => ({ steps, refusals: [], notes: [], awaited: [] });

function run(plan: () => StepPlan, apply: (step: DeployStep) => Promise<void>) {
  const progress: string[] = [];
  const onProgress = (text: string) => void progress.push(text);
  return {
    progress,
    arrival: converge({ read: async () => NO_STATE, plan, apply, onProgress, clock }),
  };
}

it('a step that does not show in the account is reported and not done twice', async () => {
  const applied: DeployStep[] = [];
  const { arrival } = run(
    () => planOf(lift('describe')),
    async (step) => void applied.push(step),
  );
  const sentence = 'describe: lift the limit of instances';
  expect(await arrival).toMatchObject({ done: [sentence], left: [`${sentence}: done, does not show`] });
  expect(applied).toHaveLength(1);
});

it.each([
  ['a step that shows a little later is waited for', [lift('describe'), lift('describe'), lift('api')]],
  ['what the first pass made possible is done in the second', [lift('describe'), lift('api')]],
])('%s', async (_, stepOfEachPass) => {
  const steps = [...stepOfEachPass];
  const { arrival, progress } = run(
    () => planOf(...steps.splice(0, 1)),
    async () => undefined,
  );
  expect(await arrival).toMatchObject({ left: [] });
  expect(progress).toEqual(['describe', 'api'].map((name) => `${name}: lift the limit of instances`));
});

it('a write whose outcome stays unknown is given up in the end', async () => {
  let tries = 0;
  const { arrival } = run(
    () => planOf(lift('describe')),
    async () => {
      tries++;
      throw new DeployError({ code: 'NetworkError', message: 'gone', needsReread: true });
    },
  );
  await expect(arrival).rejects.toMatchObject({ code: 'NetworkError' });
  expect(tries).toBe(5);
});

it('an error that reading again does not mend ends it at once, and nothing after it is tried', async () => {
  const tried: string[] = [];
  const { arrival } = run(
    () => planOf(lift('describe'), lift('api')),
    async (step) => {
      tried.push('name' in step ? step.name : '');
      throw new DeployError({ code: 'ResourceNotFound.Role', message: 'no such role' });
    },
  );
  await expect(arrival).rejects.toThrow('ResourceNotFound.Role: no such role');
  expect(tried).toEqual(['describe']);
});

it('an account that keeps changing is left in the end, and what was not done is told from what was', async () => {
  let reads = 0;
  const { arrival, progress } = run(
    () => planOf(lift('describe'), lift(`function-${++reads}`)),
    async () => undefined,
  );
  const { left } = await arrival;
  expect(left).toEqual([
    'describe: lift the limit of instances: done, does not show',
    `function-${reads}: lift the limit of instances: not done, the account kept changing`,
  ]);
  expect(progress).not.toContain(`function-${reads}: lift the limit of instances`);
});

it('what the account does not tell yet is waited for, and is no success in the end', async () => {
  const awaited = ['api: its address'];
  const plans = [planOf(), planOf(lift('describe'))];
  const late = run(
    () => ({ ...planOf(), awaited: [], ...(plans.length > 0 && { ...plans.shift(), awaited }) }),
    async () => undefined,
  );
  expect(await late.arrival).toMatchObject({ done: ['describe: lift the limit of instances'], left: [] });
  const never = run(
    () => ({ ...planOf(), awaited }),
    async () => undefined,
  );
  expect(await never.arrival).toMatchObject({ done: [], left: awaited });
});

it('all refusals are told, each with what to do, and nothing is done', async () => {
  const refusals = ['describe', 'api'].map(
    (functionName) => new DeployError({ code: 'NotOurs', message: 'taken', functionName, remedy: 'Ask.' }),
  );
  const { arrival, progress } = run(
    () => ({ ...planOf(lift('recheck')), refusals }),
    async () => undefined,
  );
  await expect(arrival).rejects.toThrow(
    'Refused: \n- describe: NotOurs: taken. Ask.\n- api: NotOurs: taken. Ask.',
  );
  expect(progress).toEqual([]);
});
