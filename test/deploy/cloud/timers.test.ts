import { describe, expect, test as it } from 'vitest';
import { sampleService, withFunction } from '../../worlds/cloud-sample.ts';
import { deployed, deployer, target } from '../../worlds/deploying.ts';

const RECHECK = 'jobwatch-dev-recheck';
const OURS = 'every-ten-seconds';
const BY_HAND = { name: 'by-hand', cron: '0 0 3 * * * *' };

/** The sample, whose only timer is another one. */
const withTimer = (name: string) =>
  withFunction(sampleService(), 'recheck', {
    timers: [{ name, cron: '0 * * * * * *', enabled: true, argument: 'hello' }],
  });

it('a timer is changed in place', async () => {
  const standIn = await deployed();
  await deployer(standIn).deploy(target(withTimer(OURS)));
  expect(standIn.writes()).toEqual([`UpdateTrigger ${RECHECK}`]);
  expect(JSON.stringify(standIn.state())).toContain('hello');
});

describe('a timer made by hand', () => {
  it('stays untouched while everything around it changes', async () => {
    const standIn = await deployed();
    standIn.addTimerByHand(RECHECK, BY_HAND);
    await deployer(standIn).deploy(target(withTimer('tock'), 'recheck'));
    expect(standIn.triggersOf(RECHECK, 'timer')).toEqual(['by-hand', 'tock']);
    expect(standIn.writes().filter((write) => write.includes('Trigger'))).toEqual([
      `DeleteTrigger ${RECHECK}`,
      `CreateTrigger ${RECHECK}`,
    ]);
  });

  it('that has the name of ours at another version is refused before anything is written', async () => {
    const standIn = await deployed(target(withFunction(sampleService(), 'recheck', { timers: [] })));
    standIn.addTimerByHand(RECHECK, { ...BY_HAND, name: OURS, qualifier: '$DEFAULT' });
    await expect(deployer(standIn).deploy(target())).rejects.toMatchObject({ code: 'TriggerNotOurs' });
    expect(standIn.writes()).toEqual([]);
  });
});
