import { DEFAULT_MSG_TTL_S, DEFAULT_RETRY_NUM } from '../../../service/platform-limits.ts';
import type { CloudState, FunctionState } from '../state/state.ts';
import { LATEST, type Trigger } from '../state/trigger.ts';
import type { Desired, DesiredFunction } from './desired.ts';
import { differences } from './differences.ts';
import { planDomainRemoval, planDomains } from './plan-domains.ts';
import { orderTriggers, planTriggers } from './plan-triggers.ts';
import { notOurs, otherRuntime } from './refusals.ts';
import { type DeployStep, triggerText } from './step.ts';
import { join, NOTHING, type StepPlan } from './step-plan.ts';

/** Such a function can be deleted and nothing else [doc 583/37883]: it is made anew, with nothing of the first. */
const CREATE_FAILED = 'CreateFailed';

/**
 * The way from what the account has to what it should have.
 *
 * @param only the one function to bring up to date; everything else stays as it is
 */
export function planDeployment(desired: Desired, state: CloudState, only?: string): StepPlan {
  const wanted = desired.functions.filter(({ name }) => only === undefined || name === only);
  const found = (fn: DesiredFunction) => state.functions.get(fn.cloudName);
  const kept = (fn: DesiredFunction) => (found(fn)?.status === CREATE_FAILED ? undefined : found(fn));
  const whole = only === undefined;
  const leftovers = whole ? planLeftovers(desired, state) : NOTHING;
  const triggers = join([...wanted.map((fn) => planTriggers(fn, kept(fn))), leftovers]);
  return join([
    ...wanted.map((fn) => planFunction(fn, found(fn))),
    ...wanted.map((fn) => planLimits(fn, kept(fn))),
    ...wanted.map((fn) => planVariables(fn, desired)),
    { ...triggers, steps: orderTriggers(triggers.steps) },
    ...wanted.map((fn) => planUrl(fn, kept(fn), desired)),
    whole ? planDomains(desired, state) : NOTHING,
    { ...NOTHING, steps: triggers.steps.filter(({ kind }) => kind === 'delete-function') },
    { ...NOTHING, notes: whole ? desired.former.map(formerNote) : [] },
  ]);
}

function formerNote({ name, nowCalled }: Desired['former'][number]): string {
  return `${name} is called ${nowCalled} now; its address goes on answering until \`osls deploy --prune\` removes it`;
}

/** The way to an account without the service; what others made stays. */
export function planRemoval(owner: string, state: CloudState): StepPlan {
  const functions = [...state.functions.values()];
  const ours = functions.filter((fn) => fn.owner === owner);
  const names = new Set(ours.map(({ cloudName }) => cloudName));
  const foreign = functions.filter((fn) => fn.owner !== owner);
  const notes = foreign.map(({ cloudName }) => `${cloudName} stays: this service did not make it`);
  return join([
    { ...NOTHING, notes },
    planDomainRemoval(names, state),
    ...ours.map((fn) => planDeletion(fn, owner, 'removed')),
  ]);
}

function planFunction(fn: DesiredFunction, found: FunctionState | undefined): StepPlan {
  if (found === undefined) return { ...NOTHING, steps: [{ kind: 'create-function', fn }] };
  const { name, cloudName } = fn;
  if (found.owner !== fn.owner) return { ...NOTHING, refusals: [notOurs(cloudName)] };
  if (found.status === CREATE_FAILED) {
    const reason = 'its creation failed';
    return {
      ...NOTHING,
      steps: [
        { kind: 'delete-function', name, cloudName, reason, losses: [] },
        { kind: 'create-function', fn },
      ],
    };
  }
  if (found.runtime !== fn.runtime) return { ...NOTHING, refusals: [otherRuntime(fn, found)] };
  const changes = differences(found.configuration, fn.configuration);
  if (fn.configuration.vpc !== undefined && !found.publicNet) changes.push('public network access');
  const sameCode = found.codeSha256 === fn.code.sha256 && found.handler === fn.handler;
  if (!sameCode || found.status === 'UpdateFailed') {
    return { ...NOTHING, steps: [{ kind: 'update-code', fn, from: found, changes }] };
  }
  if (changes.length === 0) return NOTHING;
  return { ...NOTHING, steps: [{ kind: 'update-configuration', fn, from: found, changes }] };
}

function planLimits(fn: DesiredFunction, found: FunctionState | undefined): StepPlan {
  const { name, cloudName, reservedMB, asyncTrigger } = fn;
  const steps: DeployStep[] = [];
  if (reservedMB !== found?.reservedMB) {
    steps.push(
      reservedMB === undefined
        ? { kind: 'lift-limit', name, cloudName }
        : { kind: 'limit-instances', name, cloudName, reservedMB },
    );
  }
  const { retryNum, msgTTL } = found?.asyncTrigger ?? {
    retryNum: DEFAULT_RETRY_NUM,
    msgTTL: DEFAULT_MSG_TTL_S,
  };
  if (asyncTrigger !== undefined && (asyncTrigger.retryNum !== retryNum || asyncTrigger.msgTTL !== msgTTL)) {
    steps.push({ kind: 'set-retries', name, cloudName, asyncTrigger });
  }
  return { ...NOTHING, steps };
}

function planVariables({ name, pendingVariables }: DesiredFunction, { domain }: Desired): StepPlan {
  const source = domain?.name ?? "the function's URL";
  return {
    ...NOTHING,
    notes: pendingVariables.map((variable) => `${name}: ${variable} follows with ${source}`),
  };
}

/**
 * A Function URL without its address cannot be told to callers, nor to the functions that want it. Nobody is told that of
 * a function under a former name: those who know it do.
 */
function planUrl(
  { name, triggers }: DesiredFunction,
  found: FunctionState | undefined,
  { urls, former }: Desired,
): StepPlan {
  if (former.some((other) => other.name === name)) return NOTHING;
  const isHttp = ({ type }: Trigger) => type === 'http';
  const exists = found?.triggers.some((trigger) => isHttp(trigger) && trigger.qualifier === LATEST) ?? false;
  const isWithoutAddress = triggers.some(isHttp) && exists && urls[name] === undefined;
  return isWithoutAddress
    ? { ...NOTHING, awaited: [`${name}: its Function URL is there, and its address is not told`] }
    : NOTHING;
}

/** Functions of ours that serverless.yml has no more. */
function planLeftovers({ owner, functions }: Desired, state: CloudState): StepPlan {
  const wanted = functions.map(({ cloudName }) => cloudName);
  const left = [...state.functions.values()].filter(
    (fn) => fn.owner === owner && !wanted.includes(fn.cloudName),
  );
  return join(left.map((fn) => planDeletion(fn, owner, 'no longer in serverless.yml')));
}

function planDeletion({ cloudName, triggers }: FunctionState, owner: string, reason: string): StepPlan {
  const name = cloudName;
  const ours = triggers.filter((trigger) => trigger.owner === owner);
  const foreign = triggers.filter((trigger) => trigger.owner !== owner);
  const losses = foreign.map(
    (trigger) => `${name}: ${triggerText(trigger)} goes with the function, this service did not make it`,
  );
  return {
    ...NOTHING,
    notes: losses,
    steps: [
      ...ours.map((trigger): DeployStep => ({ kind: 'delete-trigger', name, cloudName, trigger, owner })),
      { kind: 'delete-function', name, cloudName, reason, losses },
    ],
  };
}
