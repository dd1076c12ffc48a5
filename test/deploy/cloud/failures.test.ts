import { describe, expect, test as it } from 'vitest';
import { DeployError } from '../../../deploy/cloud/api/deploy-error.ts';
import type { Target } from '../../../deploy/cloud/deployment.ts';
import type { StandIn } from '../../../emulators/scf-api/start-scf.ts';
import { sampleService, withFunction } from '../../worlds/cloud-sample.ts';
import { account, deployed, deployer, stateAfter, target } from '../../worlds/deploying.ts';

const API = 'jobwatch-dev-api';
const FIRST = target();
const SECOND = target(withFunction(sampleService(), 'api', { memorySize: 256 }), 'api');

/** The zip of api, as an account has it that runs nothing else. */
const zipIn = ({ packages }: Target) => Buffer.from(packages.find(({ name }) => name === 'api')?.zip ?? []);

async function failureOf(standIn: StandIn, wanted: Target): Promise<DeployError> {
  const error = await deployer(standIn)
    .deploy(wanted)
    .catch((reason: unknown) => reason);
  if (!(error instanceof DeployError)) throw new Error(`expected a DeployError, got ${String(error)}`);
  return error;
}

describe('an update that fails on the platform', () => {
  it.each([1, 2, 3])(
    'at change %i leaves a version that works; the next deployment completes it',
    async (nth) => {
      const standIn = await deployed();
      standIn.settle({ function: API, times: nth - 1 }, { function: API, to: 'UpdateFailed', times: 1 });
      const failure = await failureOf(standIn, SECOND);
      expect(failure).toMatchObject({ code: 'UpdateFailed', functionName: API });
      expect(failure.remedy).not.toBe('');
      // The third change only notes which code runs.
      expect(standIn.zipOf(API)).toEqual(zipIn(nth < 3 ? FIRST : SECOND));

      await deployer(standIn).deploy(SECOND);
      expect(standIn.statusOf(API)).toBe('Active');
      expect(standIn.zipOf(API)).toEqual(zipIn(SECOND));
      expect(standIn.state()).toEqual(await stateAfter(SECOND));
    },
  );

  it('can be taken back', async () => {
    const standIn = await deployed();
    standIn.settle({ function: API, times: 1 }, { function: API, to: 'UpdateFailed', times: 1 });
    await failureOf(standIn, SECOND);
    await deployer(standIn).deploy(FIRST);
    expect(standIn.state()).toEqual(await stateAfter(FIRST));
  });
});

it('a creation that fails is made anew by the next deployment', async () => {
  const standIn = await account();
  standIn.settle({ function: API, to: 'CreateFailed', times: 1 });
  expect(await failureOf(standIn, FIRST)).toMatchObject({ code: 'CreateFailed', functionName: API });
  await deployer(standIn).deploy(FIRST);
  expect(standIn.state()).toEqual(await stateAfter(FIRST));
});

it('a refusal names the code, the request and what to do, and the old version runs on', async () => {
  const standIn = await deployed();
  const failure = await failureOf(
    standIn,
    target(withFunction(sampleService(), 'api', { role: 'nobody' }), 'api'),
  );
  expect(failure).toMatchObject({ code: 'ResourceNotFound.Role', functionName: API });
  expect(failure.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(failure.remedy.length).toBeGreaterThan(20);
  expect(standIn.zipOf(API)).toEqual(zipIn(FIRST));
  expect(standIn.statusOf(API)).toBe('Active');
});

it('wrong keys are refused at the first call, and nothing else is asked for', async () => {
  const standIn = await account();
  const credentials = { ...standIn.credentials, secretKey: 'wrong' };
  expect(await failureOf({ ...standIn, credentials }, FIRST)).toMatchObject({
    code: 'AuthFailure.SignatureFailure',
  });
  expect(standIn.arrived).toEqual(['GetCallerIdentity']);
});

it('a function that never comes to rest is given up on, and says so', async () => {
  const standIn = await account();
  standIn.settle({ function: API, reads: Number.POSITIVE_INFINITY });
  expect(await failureOf(standIn, FIRST)).toMatchObject({ code: 'SettleTimeout', functionName: API });
});

it('two deployments at the same time both arrive', async () => {
  const standIn = await deployed();
  const [first, second] = [deployer(standIn), deployer(standIn)];
  const outcomes = await Promise.allSettled([first.deploy(SECOND), second.deploy(SECOND)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  expect(standIn.state()).toEqual(await stateAfter(SECOND));
});
