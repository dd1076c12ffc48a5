import { describe, expect, test as it } from 'vitest';
import { DeployError } from '../../../deploy/cloud/api/deploy-error.ts';
import type { Fault } from '../../../emulators/scf-api/faults.ts';
import type { StandIn } from '../../../emulators/scf-api/start-scf.ts';
import type { Service } from '../../../service/service.ts';
import { objectTrigger, withFunction } from '../../worlds/cloud-sample.ts';
import { account, deployer, reducedTo, target } from '../../worlds/deploying.ts';
import { minimalFunction } from '../../worlds/minimal-function.ts';
import { scfClient } from '../../worlds/official-client.ts';

const ON_OBJECT = 'jobwatch-dev-on-object';
const HOST = 'media-1250000000.cos.ap-guangzhou.myqcloud.com';
const ENDINGS = ['.mp4', '.mov', '.webm', '.mkv'];
// Every call is met by a fault of its own, so these take a while.

const withTriggers = (...suffixes: string[]): Service =>
  withFunction(reducedTo('on-object'), 'on-object', {
    objectTriggers: [...suffixes.map(objectTrigger), { ...objectTrigger('.gif'), prefix: 'gifs/' }],
  });
/** As commit 093e74b made them: one for each ending. */
const BY_ENDING = target(withTriggers(...ENDINGS));
const BY_PREFIX = target(withTriggers(''));

/** An account with the triggers of before. */
async function deployedBefore(): Promise<StandIn> {
  const standIn = await account();
  standIn.settle({ reads: 0 });
  await deployer(standIn).deploy(BY_ENDING);
  standIn.calls.length = 0;
  return standIn;
}

/** The endings of clips of whose objects no trigger tells. */
const untold = (standIn: StandIn) =>
  ENDINGS.filter((ending) => {
    const places = standIn.placesOf(ON_OBJECT);
    return !places.includes('clips/*') && !places.includes(`clips/*${ending}`);
  });

/** Cuts a deployment at each of its writes in turn, before or after its effect. */
async function atEveryWrite(
  standIn: StandIn,
  fault: Fault,
  then: (write: string, writesAfter: string[]) => Promise<void>,
): Promise<void> {
  const putBack = standIn.keep();
  await deployer(standIn).deploy(BY_PREFIX);
  const calls = [...standIn.calls];
  for (const [index, { isWrite, action }] of calls.entries()) {
    if (!isWrite) continue;
    putBack();
    standIn.faults.cutAt(index + 1, fault);
    await expect(deployer(standIn).deploy(BY_PREFIX)).rejects.toThrow(DeployError);
    standIn.faults.clear();
    await then(
      action,
      calls.slice(index + 1).flatMap((call) => (call.isWrite ? call.action : [])),
    );
  }
}

describe('triggers for each ending give way to one for their prefix', () => {
  it('and back', async () => {
    const standIn = await deployedBefore();
    await deployer(standIn).deploy(BY_PREFIX);
    expect(standIn.placesOf(ON_OBJECT)).toEqual(['clips/*', 'gifs/*.gif']);
    await deployer(standIn).deploy(BY_ENDING);
    expect(standIn.placesOf(ON_OBJECT)).toEqual([...ENDINGS.map((e) => `clips/*${e}`), 'gifs/*.gif'].sort());
    expect((await deployer(standIn).plan(BY_ENDING)).steps).toEqual([]);
  });

  it.each<Fault>(['drop before', 'drop after'])(
    'without a moment in which nothing tells of an object, where COS takes both: killed at any write, %s its effect',
    async (fault) => {
      const standIn = await deployedBefore();
      standIn.takeOverlaps();
      await atEveryWrite(standIn, fault, async (write) => {
        expect(untold(standIn), write).toEqual([]);
        await deployer(standIn).deploy(BY_PREFIX);
        expect(standIn.placesOf(ON_OBJECT)).toEqual(['clips/*', 'gifs/*.gif']);
      });
    },
  );

  it('with nothing between the deletions and the creation where COS takes one alone', async () => {
    const standIn = await deployedBefore();
    await deployer(standIn).deploy(BY_PREFIX);
    const gone = ENDINGS.map(() => `DeleteTrigger ${ON_OBJECT}`);
    const [refused, ...rest] = standIn.writes();
    expect(refused).toBe(`CreateTrigger ${ON_OBJECT}`);
    expect(rest.slice(0, 5)).toEqual([...gone, `CreateTrigger ${ON_OBJECT}`]);
  });

  it.each<Fault>(['drop before', 'drop after'])(
    'killed there at any write, %s its effect, the next run makes it good',
    async (fault) => {
      const standIn = await deployedBefore();
      await atEveryWrite(standIn, fault, async (write, writesAfter) => {
        // Until the first deletion, and from the creation on, every object is told of.
        if (!writesAfter.includes('CreateTrigger')) {
          const isCreation = write === 'CreateTrigger' && fault === 'drop before';
          if (!isCreation) expect(untold(standIn), write).toEqual([]);
        }
        await deployer(standIn).deploy(BY_PREFIX);
        expect(standIn.placesOf(ON_OBJECT)).toEqual(['clips/*', 'gifs/*.gif']);
      });
    },
  );

  it("not when somebody else's takes some of the same objects: then ours stay", async () => {
    const standIn = await deployedBefore();
    await scfClient(standIn).CreateFunction(minimalFunction('theirs'));
    await scfClient(standIn).CreateTrigger({
      FunctionName: 'theirs',
      Type: 'cos',
      TriggerName: HOST,
      TriggerDesc: JSON.stringify({
        event: 'cos:ObjectCreated:*',
        filter: { Prefix: 'clips/', Suffix: '.txt' },
      }),
    });
    await expect(deployer(standIn).deploy(BY_PREFIX)).rejects.toMatchObject({
      code: 'InvalidParameterValue.CosNotifyRuleConflict',
      remedy: expect.stringContaining('Another trigger of this bucket'),
    });
    expect(untold(standIn)).toEqual([]);
  });
});

it('a function with all its ten triggers gives them up for fewer', async () => {
  const ten = Array.from({ length: 9 }, (_, index) => `.m${index}`);
  const standIn = await account();
  await deployer(standIn).deploy(target(withTriggers(...ten)));
  standIn.takeOverlaps();
  await deployer(standIn).deploy(BY_PREFIX);
  expect(standIn.placesOf(ON_OBJECT)).toEqual(['clips/*', 'gifs/*.gif']);
});

it('a trigger that somebody closed is made anew, and stays', async () => {
  const standIn = await deployedBefore();
  const client = scfClient(standIn);
  const { Triggers = [] } = await client.ListTriggers({ FunctionName: ON_OBJECT });
  const [{ Description = '' } = {}] = Triggers;
  const filter = { Prefix: 'clips/', Suffix: '.mp4' };
  const ours = {
    FunctionName: ON_OBJECT,
    Type: 'cos',
    TriggerName: HOST,
    TriggerDesc: JSON.stringify({ event: 'cos:ObjectCreated:*', filter }),
  };
  await client.DeleteTrigger(ours);
  await client.CreateTrigger({ ...ours, Enable: 'CLOSE', Description });
  await deployer(standIn).deploy(BY_ENDING);
  expect(untold(standIn)).toEqual([]);
  expect((await deployer(standIn).plan(BY_ENDING)).steps).toEqual([]);
});
