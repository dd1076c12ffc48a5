import { describe, expect, test as it } from 'vitest';
import { objectTrigger, sampleService, withFunction } from '../../worlds/cloud-sample.ts';
import { account, deployed, deployer, target } from '../../worlds/deploying.ts';
import { scfClient } from '../../worlds/official-client.ts';

const ON_OBJECT = 'jobwatch-dev-on-object';
const CALLBACK = 'jobwatch-dev-callback';

/** A deployment in an account that tells no Description of COS and HTTP triggers. */
async function bare() {
  const standIn = await deployed();
  standIn.leaveOutDescriptions('cos', 'http');
  return standIn;
}
type Changes = Parameters<typeof withFunction>[2];
const changed = (name: string, changes: Changes) => target(withFunction(sampleService(), name, changes));
const suffixes = (...all: string[]): Changes => ({ objectTriggers: all.map(objectTrigger) });

describe('where the platform tells no Description of COS and HTTP triggers', () => {
  it('nothing has changed when nothing has', async () => {
    const standIn = await bare();
    const outputs = await deployer(standIn).deploy(target());
    expect(outputs).toMatchObject({ done: [], notes: [], left: [] });
    expect(standIn.writes()).toEqual([]);
  });

  it.each<[string, Changes, number]>([
    ['another ending', suffixes('.mp4', '.webm'), 2],
    ['an ending less', suffixes('.mp4'), 1],
    ['one that catches what two did', suffixes(''), 1],
  ])('a changed rule leaves no old trigger: %s', async (_, changes, count) => {
    const standIn = await bare();
    await deployer(standIn).deploy(changed('on-object', changes));
    expect(standIn.triggersOf(ON_OBJECT, 'cos')).toHaveLength(count);
  });

  it('a URL that has left serverless.yml is closed', async () => {
    const standIn = await bare();
    await deployer(standIn).deploy(changed('callback', { routes: [] }));
    expect(standIn.triggersOf(CALLBACK, 'http')).toEqual([]);
  });

  it('those that were just made are told, once', async () => {
    const standIn = await account();
    standIn.leaveOutDescriptions('cos', 'http');
    const { notes } = await deployer(standIn).deploy(target());
    expect(notes).toHaveLength(5);
    expect(notes).toContain(
      "api: Function URL came back without its Description: all of its type in this function count as this service's",
    );
    expect((await deployer(standIn).deploy(target())).notes).toEqual([]);
  });

  it('a removal takes everything along', async () => {
    const standIn = await bare();
    expect((await deployer(standIn).remove(target())).notes).toEqual([]);
    expect(standIn.functions()).toEqual([]);
  });

  it('a timer that somebody made is theirs all the same', async () => {
    const standIn = await bare();
    standIn.addTimerByHand('jobwatch-dev-recheck', {
      name: 'by-hand',
      cron: '0 0 * * * * *',
      qualifier: '$LATEST',
    });
    const { notes } = await deployer(standIn).deploy(target());
    expect(notes).toEqual(['recheck: timer by-hand (0 0 * * * * *) stays: this service did not make it']);
  });
});

it('where it tells them, a COS trigger without one was made by somebody else', async () => {
  const standIn = await deployed();
  await scfClient(standIn).CreateTrigger({
    FunctionName: ON_OBJECT,
    TriggerName: 'media-1250000000.cos.ap-guangzhou.myqcloud.com',
    Type: 'cos',
    TriggerDesc: JSON.stringify({
      event: 'cos:ObjectCreated:*',
      filter: { Prefix: 'other/', Suffix: '.mp4' },
    }),
    Enable: 'OPEN',
  });
  const { done, notes } = await deployer(standIn).deploy(target());
  expect(done).toEqual([]);
  expect(notes).toMatchObject([
    expect.stringMatching(/^on-object: cos trigger .* stays: this service did not make it$/),
  ]);
});
