import { afterAll, beforeAll, expect, it } from 'vitest';
import { errorCode, runCloud, type TestCloud, texts } from '../../worlds/running-cloud.ts';

let running: TestCloud;
beforeAll(async () => {
  running = await runCloud();
});
afterAll(() => running.close());

const body = (name: string, width = '200') =>
  `<Request><Tag>Animation</Tag><Name>${name}</Name><Container><Format>gif</Format></Container>
   <Video><Codec>gif</Codec><Width>${width}</Width></Video></Request>`;

it('a template is made, changed, listed by page, and deleted with an XML answer', async () => {
  const made = await running.call({ method: 'POST', url: '/template', body: body('first') });
  const [id] = texts(made, 'TemplateId');
  expect(id).toMatch(/^t[0-9a-f]{33}$/);
  await running.call({ method: 'POST', url: '/template', body: body('second') });
  await running.call({ method: 'PUT', url: `/template/${id}`, body: body('first', '300') });
  const listed = await running.call({ url: `/template?tag=Animation&ids=${id}&pageNumber=1&pageSize=10` });
  expect([texts(listed, 'TotalCount'), texts(listed, 'Width')]).toEqual([['1'], ['300']]);
  const second = await running.call({ url: '/template?pageSize=1&pageNumber=2' });
  expect([texts(second, 'TotalCount'), texts(second, 'Name')]).toEqual([['2'], ['first']]);
  const deleted = await running.call({ method: 'DELETE', url: `/template/${id}` });
  expect([deleted.headers['content-type'], texts(deleted, 'TemplateId')]).toEqual(['application/xml', [id]]);
  expect(errorCode(await running.call({ method: 'DELETE', url: `/template/${id}` }))).toBe(
    '404 TemplateNotFound',
  );
});

it.each([
  ['its name', body('no spaces allowed'), 'Name'],
  ['its width', body('wide', '5000'), 'Request.Video.Width'],
])('a template is refused for %s', async (_what, wrong, field) => {
  const answer = await running.call({ method: 'POST', url: '/template', body: wrong });
  expect(errorCode(answer)).toBe('400 InvalidArgument');
  expect(texts(answer, 'Message')[0]).toContain(field);
});

it('the bucket has one active queue, always the same', async () => {
  const answer = await running.call({ url: '/queue?pageNumber=&pageSize=' });
  const [id] = texts(answer, 'QueueId');
  expect([texts(answer, 'TotalCount'), texts(answer, 'State')[0]]).toEqual([['1'], 'Active']);
  expect(id).toMatch(/^p[0-9a-f]{32}$/);
  await running.restart();
  const again = await running.call({ url: `/queue?queueIds=${id},pother` });
  expect([texts(again, 'QueueId'), texts(again, 'NonExistPIDs')]).toEqual([[id], ['pother']]);
});

it('the bucket is set up for media processing', async () => {
  expect(texts(await running.call({ url: '/mediabucket' }), 'BucketId')).toEqual(['media-1250000000']);
});

it.each(['bucketNames=other-1250000000', 'bucketName=other', 'regions=ap-beijing'])(
  'no bucket is listed for %s',
  async (query) => {
    const answer = await running.call({ url: `/mediabucket?${query}` });
    expect([texts(answer, 'TotalCount'), texts(answer, 'BucketId')]).toEqual([['0'], []]);
  },
);

it('the bucket is listed by its name and region', async () => {
  const answer = await running.call({ url: '/mediabucket?bucketNames=a-1,media-1250000000&regions=All' });
  expect(texts(answer, 'BucketId')).toEqual(['media-1250000000']);
});
