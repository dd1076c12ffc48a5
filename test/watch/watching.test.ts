import { beforeEach, describe, expect, it } from 'vitest';
import { startWorld, submission, type World } from '../worlds/submit-world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});

const watchBody = (body: unknown) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const watch = (JobIds: unknown) => world.submit('/watches', watchBody({ JobIds }));

describe('PUT ?cancel', () => {
  it('is noted at once', async () => {
    await world.submit('/jobs', submission());
    const [job] = await world.jobsAtCi();
    const path = `/jobs/${job?.JobId}`;
    expect(await world.submit(path, { method: 'PUT', query: { cancel: '' } })).toMatchObject({ status: 204 });
    expect((await world.describe(`/watches/${job?.JobId}`)).json).toMatchObject({
      State: 'Cancel',
      Outcome: 'Cancel',
      NextCheckAt: null,
      History: [
        { From: '', To: 'Submitted' },
        { From: 'Submitted', To: 'Cancel', Source: 'submit' },
      ],
    });
  });

  it('answers 204 also when nothing could be noted, and recheck sees it', async () => {
    await world.submit('/jobs', submission());
    const [job] = await world.jobsAtCi();
    await world.cloud.faults({ match: 'DescribeMediaJob', times: 4, code: 'AccessDenied' });
    const path = `/jobs/${job?.JobId}`;
    expect(await world.submit(path, { method: 'PUT', query: { cancel: '' } })).toMatchObject({ status: 204 });
    await world.cloud.faults();
    await world.pass(30);
    await world.recheck();
    expect(await world.watches()).toMatchObject([{ Outcome: 'Cancel' }]);
  });

  it('notes nothing when CI refuses', async () => {
    await world.submit('/jobs', submission());
    const [job] = await world.jobsAtCi();
    await world.cloud.control('PATCH', `/jobs/${job?.JobId}`, { state: 'Running' });
    const path = `/jobs/${job?.JobId}`;
    expect(await world.submit(path, { method: 'PUT', query: { cancel: '' } })).toMatchObject({ status: 502 });
    expect(await world.watches()).toMatchObject([{ State: 'Submitted', Outcome: '' }]);
  });
});

describe('POST /watches', () => {
  it('follows 100 jobs of somebody else to their outcome, and asks CI for none of them', async () => {
    const ids = await world.cloud.jobs('Success', 100);
    const { status, json } = await watch(ids);
    expect(status).toBe(202);
    expect(json['Watches']).toMatchObject(ids.map((JobId) => ({ JobId, State: '', Outcome: '' })));
    expect(await world.cloud.requests('DescribeMediaJob')).toBe(0);
    await world.recheck();
    expect(await world.watches({ outcome: 'Success', limit: '200' })).toHaveLength(100);
  });

  it('takes a repeated id once', async () => {
    const [a = '', b = ''] = await world.cloud.jobs('Running', 2);
    expect((await watch([a, b, a])).json['Watches']).toMatchObject([{ JobId: a }, { JobId: b }]);
    expect(await world.watches()).toHaveLength(2);
  });

  it('leaves a job that is watched already as it is', async () => {
    const [id = ''] = await world.cloud.jobs('Running');
    await watch([id]);
    await world.recheck();
    const before = (await world.describe(`/watches/${id}`)).json;
    expect((await watch([id])).json['Watches']).toMatchObject([
      { JobId: id, State: 'Running', CreatedAt: before['CreatedAt'] },
    ]);
    expect((await world.describe(`/watches/${id}`)).json).toEqual(before);
  });

  it('takes one id', async () => {
    const [id = ''] = await world.cloud.jobs('Running');
    expect(await watch([id])).toMatchObject({ status: 202, json: { Watches: [{ JobId: id }] } });
  });

  it('names what is bad and keeps nothing', async () => {
    const bad: [string, unknown][] = [
      ['JobIds', undefined],
      ['JobIds', 'j1'],
      ['JobIds', []],
      ['JobIds', Array.from({ length: 101 }, (_, n) => `j${n}`)],
      ['JobIds[1]', ['j1', 'a b']],
      ['JobIds[0]', ['x'.repeat(65)]],
      ['JobIds[2]', ['j1', 'j2', { a: 'b' }]],
    ];
    for (const [field, ids] of bad) {
      const { status, json } = await watch(ids);
      expect(status).toBe(400);
      expect(String(json['detail']).split(/: (?:expected|required)/)[0]).toBe(field);
    }
    expect(await world.watches()).toEqual([]);
  });
});
