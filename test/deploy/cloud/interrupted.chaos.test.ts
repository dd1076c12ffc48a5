import { describe, expect, test as it } from 'vitest';
import { DeployError } from '../../../deploy/cloud/api/deploy-error.ts';
import type { Target } from '../../../deploy/cloud/deployment.ts';
import type { Fault } from '../../../emulators/scf-api/faults.ts';
import type { StandIn } from '../../../emulators/scf-api/start-scf.ts';
import { objectTrigger, sampleService, withFunction } from '../../worlds/cloud-sample.ts';
import { account, deployer, reducedTo, stateAfter, target } from '../../worlds/deploying.ts';

// Every call is met by a fault of its own, so these take a while.

const timer = (name: string, cron: string) => ({ name, cron, enabled: true, argument: 'hello' });

// As few functions as have every kind of trigger, setting and address between them.
const FIRST = target(
  withFunction(reducedTo('describe', 'api'), 'api', {
    objectTriggers: [objectTrigger('.mp4')],
    timers: [timer('tick', '0 * * * * * *')],
    instances: 2,
  }),
);
/** Changes something of every kind, and describe leaves. */
const SECOND = target(
  withFunction(reducedTo('api'), 'api', {
    timers: [timer('tick', '30 * * * * * *'), timer('tock', '0 * * * * * *')],
    asyncTrigger: { retryNum: 0, msgTTL: 60 },
  }),
  'api',
);

const { functions } = reducedTo('describe', 'api');
const atDomain = (certificateId: string) =>
  target(sampleService({ functions, domain: { name: 'jobs.example.com', certificateId } }));
const AT_DOMAIN = atDomain('cert0001');

const WAYS = [
  { way: 'a first deployment', before: undefined, after: FIRST },
  { way: 'a later one', before: FIRST, after: SECOND },
  { way: 'a first one with a custom domain', before: undefined, after: AT_DOMAIN },
  { way: 'one with another certificate', before: AT_DOMAIN, after: atDomain('cert0002') },
];

describe.each(WAYS)('$way', ({ before, after }) => {
  it.each<Fault>(['drop before', 'drop after'])(
    'killed at any call, %s its effect, is completed by the next one',
    async (fault) => {
      await atEveryCall({ before, after, fault }, async ({ standIn, n, undisturbed }) => {
        await killedAt(n, fault, standIn, after);
        await deployer(standIn).deploy(after);
        expect(standIn.state(), `after call ${n}`).toEqual(undisturbed);
      });
    },
  );
});

it('a later one that was killed at any call can be taken back', async () => {
  const before = await stateAfter(FIRST);
  await atEveryCall({ before: FIRST, after: SECOND }, async ({ standIn, n }) => {
    await killedAt(n, 'drop after', standIn, SECOND);
    await deployer(standIn).deploy(FIRST);
    expect(standIn.state(), `after call ${n}`).toEqual(before);
  });
});

it.each<Fault>(['drop before', 'drop after', { code: 'InternalError' }, { code: 'RequestLimitExceeded' }])(
  'one call that fails, whichever, is got over within the run: %o',
  async (fault) => {
    await atEveryCall({ before: FIRST, after: SECOND, fault }, async ({ standIn, n, undisturbed }) => {
      standIn.faults.failAt(n, fault);
      const { left } = await deployer(standIn).deploy(SECOND);
      expect(standIn.faults.isArmed).toBe(false);
      expect(left).toEqual([]);
      expect(standIn.state(), `after call ${n}`).toEqual(undisturbed);
    });
  },
);

it.each([
  ['a removal', FIRST],
  ['a removal with a custom domain', AT_DOMAIN],
])('%s that was killed at any call is completed by the next one', async (_, before) => {
  const run = async (standIn: StandIn) => await deployer(standIn).remove(before);
  await atEveryCall({ before, after: before, run }, async ({ standIn, n }) => {
    standIn.faults.cutAt(n, 'drop after');
    await expect(run(standIn)).rejects.toThrow(DeployError);
    standIn.faults.clear();
    await run(standIn);
    expect(standIn.state()).toEqual({ functions: [], domains: [] });
  });
});

interface Attempt {
  standIn: StandIn;
  n: number;
  undisturbed: unknown;
}

interface Way {
  readonly before: Target | undefined;
  readonly after: Target;
  readonly fault?: Fault;
  readonly run?: (standIn: StandIn) => Promise<unknown>;
}

/**
 * Tries `attempt` from the same start once for each call that an undisturbed run makes. A read has no effect to be lost
 * after: with 'drop after' only the writes are met.
 */
async function atEveryCall(
  { before, after, fault, run = async (standIn) => await deployer(standIn).deploy(after) }: Way,
  attempt: (attempt: Attempt) => Promise<void>,
): Promise<void> {
  const standIn = await account();
  standIn.settle({ reads: 1 });
  if (before !== undefined) await deployer(standIn).deploy(before);
  const putBack = standIn.keep();
  standIn.calls.length = 0;
  await run(standIn);
  const undisturbed = standIn.state();
  const calls = [...standIn.calls];
  expect(standIn.writes()).not.toEqual([]);
  for (const [index, { isWrite }] of calls.entries()) {
    if (fault === 'drop after' && !isWrite) continue;
    putBack();
    await attempt({ standIn, n: index + 1, undisturbed });
  }
}

/** A run after whose n-th call nothing reaches the account any more. */
async function killedAt(n: number, fault: Fault, standIn: StandIn, after: Target): Promise<void> {
  standIn.faults.cutAt(n, fault);
  await expect(deployer(standIn).deploy(after), `the run that was cut at call ${n}`).rejects.toThrow(
    DeployError,
  );
  standIn.faults.clear();
}
