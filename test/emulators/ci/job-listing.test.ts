import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorCode, runCloud, type TestCloud, texts } from '../../worlds/running-cloud.ts';

let running: TestCloud;
beforeAll(async () => {
  running = await runCloud();
});
afterAll(() => running.close());

const list = (query: string) => running.call({ url: `/jobs?${query}` });
async function make(jobs: object): Promise<string[]> {
  return JSON.parse((await running.control('POST', '/jobs', jobs)).text).JobIds;
}
/** All pages, with something done between them. */
async function pages(query: string, between = async () => undefined as unknown): Promise<string[]> {
  const ids: string[] = [];
  let token: string | undefined = '';
  while (token !== undefined) {
    const answer = await list(`${query}&nextToken=${token}`);
    ids.push(...texts(answer, 'JobId'));
    token = texts(answer, 'NextToken')[0];
    await between();
  }
  return ids;
}

describe('paging', () => {
  it.each(['Desc', 'Asc'])('%s gives every job once, also while others are made', async (order) => {
    const tag = `Paging${order}`;
    const ids = await make({ count: 25, tag, states: ['Running', 'Submitted'] });
    const found = await pages(`tag=${tag}&size=4&orderByTime=${order}`, () =>
      make({ count: 1, tag: `${tag}Other` }),
    );
    expect(found).toEqual(order === 'Asc' ? ids : ids.toReversed());
    const whileGrowing = await pages(`tag=${tag}&size=10&orderByTime=Desc`, () => make({ count: 3, tag }));
    expect(whileGrowing.toSorted()).toEqual(ids.toSorted());
  });

  it('is not disturbed by a job that leaves the listed states', async () => {
    const tag = 'Leaving';
    const ids = await make({ count: 12, tag, state: 'Running' });
    const found = await pages(`tag=${tag}&size=5&states=Running`, () =>
      running.control('PATCH', `/jobs/${ids.at(-1)}`, { state: 'Success' }),
    );
    expect(new Set(found).size).toBe(12);
  });

  it('has no NextToken when the last page is just full, and ten jobs by default', async () => {
    await make({ count: 20, tag: 'Full' });
    expect(texts(await list('tag=Full&size=20'), 'NextToken')).toEqual([]);
    expect(texts(await list('tag=Full'), 'JobId')).toHaveLength(10);
    expect(texts(await list('tag=Full'), 'Progress')).toEqual([]);
  });
});

describe('filters', () => {
  it('by several states, queue and exact input', async () => {
    const tag = 'Filters';
    await make({ count: 6, tag, states: ['Submitted', 'Running', 'Success', 'Failed', 'Pause', 'Cancel'] });
    expect(texts(await list(`tag=${tag}&states=Success,Failed&orderByTime=Asc`), 'State')).toEqual([
      'Success',
      'Failed',
    ]);
    expect(texts(await list(`tag=${tag}&states=All`), 'State')).toHaveLength(6);
    const [id] = await make({ count: 1, tag, input: 'clips/one + two & 猫.mp4', queueId: 'pother' });
    const input = encodeURIComponent('clips/one + two & 猫.mp4');
    expect(texts(await list(`tag=${tag}&inputObject=${input}`), 'JobId')).toEqual([id]);
    expect(texts(await list(`tag=${tag}&inputObject=clips/one`), 'JobId')).toEqual([]);
    expect(texts(await list(`tag=${tag}&queueId=pother`), 'JobId')).toEqual([id]);
  });

  it('by creation time, both ends exclusive', async () => {
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const at = (minute: string) => `${day}T00:${minute}:00+0800`;
    for (const minute of ['01', '02', '03']) await make({ count: 1, tag: 'Times', creationTime: at(minute) });
    const between = (start: string, end: string) =>
      list(
        `tag=Times&startCreationTime=${encodeURIComponent(at(start))}&endCreationTime=${encodeURIComponent(at(end))}`,
      );
    expect(texts(await between('01', '03'), 'CreationTime')).toEqual([at('02')]);
    expect(texts(await between('00', '04'), 'CreationTime')).toEqual([at('03'), at('02'), at('01')]);
  });

  it.each([
    ['', 'tag'],
    ['tag=Animation&size=0', 'size'],
    ['tag=Animation&size=101', 'size'],
    ['tag=Animation&states=Done', 'states'],
    ['tag=Animation&orderByTime=Up', 'orderByTime'],
    ['tag=Animation&nextToken=x', 'nextToken'],
    ['tag=Animation&startCreationTime=yesterday', 'startCreationTime'],
  ])('refuse ?%s', async (query, field) => {
    const answer = await list(query);
    expect(errorCode(answer)).toBe('400 InvalidArgument');
    expect(texts(answer, 'Message')[0]).toContain(field);
  });
});

describe('by id', () => {
  it('ten ids in the order asked, a repeated one once, each unknown one in a node of its own', async () => {
    const [a, b] = await make({ count: 2, tag: 'Ids' });
    const answer = await running.call({ url: `/jobs/${b},jnone,${a},${b},jnever` });
    expect(texts(answer, 'JobId')).toEqual([b, a]);
    expect(texts(answer, 'NonExistJobIds')).toEqual(['jnone', 'jnever']);
    expect((await running.call({ url: '/jobs/jnone' })).status).toBe(200);
  });

  it.each([
    Array(11)
      .fill('j')
      .map((j, i) => j + i)
      .join(','),
    'a,,b',
    'a%20b',
    'a'.repeat(65),
  ])('refuses %s', async (ids) => {
    expect(errorCode(await running.call({ url: `/jobs/${ids}` }))).toBe('400 InvalidArgument');
  });

  it('a job is gone after about a month', async () => {
    const old = new Date(Date.now() - 31 * 86_400_000).toISOString();
    const [id] = await make({ count: 1, tag: 'Old', state: 'Success', creationTime: old });
    expect(texts(await running.call({ url: `/jobs/${id}` }), 'NonExistJobIds')).toEqual([id]);
    expect(texts(await list('tag=Old'), 'JobId')).toEqual([]);
  });
});

describe('cancel', () => {
  const cancel = (ids: string[]) => running.call({ method: 'PUT', url: `/jobs/${ids.join(',')}?cancel` });
  const states = async (ids: string[]) =>
    texts(await running.call({ url: `/jobs/${ids.join(',')}` }), 'State');

  it('takes up to ten jobs that have not started, and again', async () => {
    const ids = await make({ count: 10, tag: 'Cancel', states: ['Submitted', 'Pause'] });
    const answer = await cancel(ids);
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(await states(ids)).toEqual(Array(10).fill('Cancel'));
    expect((await cancel(ids)).status).toBe(200);
  });

  it('changes nothing when one of them has started or is unknown', async () => {
    const ids = await make({ count: 2, tag: 'Cancel', states: ['Submitted', 'Running'] });
    expect(errorCode(await cancel(ids))).toBe('400 InvalidArgument');
    expect(errorCode(await cancel([ids[0] ?? '', 'jnone']))).toBe('400 InvalidArgument');
    expect(await states(ids)).toEqual(['Submitted', 'Running']);
  });

  it('without the parameter is no operation', async () => {
    const [id] = await make({ count: 1 });
    expect(errorCode(await running.call({ method: 'PUT', url: `/jobs/${id}` }))).toBe('404 InvalidUrl');
  });
});
