import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asker, loadFunction } from '../worlds/load-function.ts';
import { startTestCloud, type TestCloud } from '../worlds/test-cloud.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';

let cloud: TestCloud;
let database: TestDatabase;
let describeJobs: Asker;
let submit: Asker;

beforeAll(async () => {
  cloud = await startTestCloud();
  database = await startTestDatabase();
  describeJobs = await loadFunction('describe', { ...cloud.env, API_AUTH: 'none' });
  submit = await loadFunction('api', { ...cloud.env, API_AUTH: 'none', DATABASE_URL: database.url });
});
afterAll(async () => {
  await cloud.close();
  await database.close();
});

const ANIMATION = { Container: { Format: 'gif' }, Video: { Codec: 'gif' } };
const OUTPUT = { Region: 'ap-guangzhou', Bucket: 'media-1250000000', Object: 'gifs/a.gif' };
const request = (operation: unknown, more: object = {}) => ({
  Tag: 'Animation',
  Input: { Object: 'clips/a.mp4' },
  Operation: operation,
  ...more,
});
const video = (parameters: object) => ({
  Animation: { ...ANIMATION, Video: { Codec: 'gif', ...parameters } },
  Output: OUTPUT,
});

async function expectRefusal(
  answer: Promise<{ status: number; json: Record<string, unknown> }>,
  field: string,
) {
  const { status, json } = await answer;
  expect({ status, json }).toMatchObject({
    status: 400,
    json: { status: 400, title: 'Bad Request', requestId: 'r-1' },
  });
  const where = field.replace(/[[\].]/g, '\\$&');
  expect(json['detail']).toMatch(new RegExp(`^${where}: (?:required, .|expected .+, got |unknown; )`));
  // What valibot, JSON.parse and the parser of XML would say.
  expect(json['detail']).not.toMatch(/Invalid|Expected|Unexpected|undefined|received|JSON at|in JSON/);
}

describe('GET /jobs/{ids} refuses, naming ids', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `j${index}`).join(',');
  it.each([
    ['a slash, encoded', 'a%2Fb'],
    ['dots', '..'],
    ['dots, encoded', '%2E%2E'],
    ['a traversal, encoded', '..%2F..%2Fetc%2Fpasswd'],
    ['a space, encoded', 'a%20b'],
    ['a space, as it is', 'a b'],
    ['an encoded slash, encoded again', 'a%252Fb'],
    ['half a percent code', 'a%2'],
    ['200 characters', 'j'.repeat(200)],
    ['an empty id', 'j1,,j2'],
    ['Chinese', '%E7%8C%AB'],
    ['101 ids', ids(101)],
  ])('%s', async (_, path) => {
    await expectRefusal(describeJobs(`/jobs/${path}`), 'ids');
  });

  it('a slash: no such route, and says what there is', async () => {
    const answer = await describeJobs('/jobs/a/b');
    expect(answer).toMatchObject({ status: 404, json: { code: 'NotFound' } });
    expect(answer.json['detail']).toContain('path: expected one of GET /jobs/{ids}');
  });
});

describe('a query is refused, naming the parameter', () => {
  it.each([
    ['/jobs/j1', 'bucket', { bucket: 'other-1250000000' }],
    ['/jobs/j1', 'bucket', { bucket: 'media-1250000000', region: 'ap-beijing' }],
    ['/jobs/j1', 'region', { region: 'ap-beijing' }],
    ['/jobs/j1', 'bucket', { bucket: ['media-1250000000', 'media-1250000000'] }],
    ['/jobs/j1', 'wait', { wait: '21' }],
    ['/jobs/j1', 'wait', { wait: '-1' }],
    ['/jobs/j1', 'wait', { wait: 'soon' }],
    ['/jobs/j1', 'waits', { waits: '1' }],
    ['/jobs', 'tag', {}],
    ['/jobs', 'tag', { tag: 'a b' }],
    ['/jobs', 'states', { tag: 'Animation', states: 'Success,Done' }],
    ['/jobs', 'size', { tag: 'Animation', size: '101' }],
    ['/jobs', 'size', { tag: 'Animation', size: '0' }],
    ['/jobs', 'orderByTime', { tag: 'Animation', orderByTime: 'desc' }],
    ['/jobs', 'queueId', { tag: 'Animation', queueId: '../p' }],
    ['/jobs', 'startCreationTime', { tag: 'Animation', startCreationTime: 'yesterday' }],
    ['/jobs', 'endCreationTime', { tag: 'Animation', endCreationTime: '2026-13-01T00:00:00Z' }],
  ])('%s %s %o', async (path, field, query) => {
    await expectRefusal(describeJobs(path, { query }), field);
  });
});

describe('POST /jobs refuses, naming the field', () => {
  it.each([
    ['body', []],
    ['body', 'text'],
    ['Tag', {}],
    ['Tag', request(video({}), { Tag: 5 })],
    ['Tag', request(video({}), { Tag: '' })],
    ['Input', { ...request(video({})), Input: undefined }],
    ['Input.Object', request(video({}), { Input: {} })],
    ['Operation', { Tag: 'Animation', Input: { Object: 'a' } }],
    ['Operation', request([])],
    ['Operation', request(Array(7).fill(video({})))],
    ['Operation[0].Output', request({ Animation: ANIMATION })],
    ['Operation[0].Output.Bucket', request({ Animation: ANIMATION, Output: { Region: 'r', Object: 'o' } })],
    ['Operation[0].Animation', request({ Output: OUTPUT })],
    [
      'Operation[0].Animation.Container.Format',
      request({ Animation: { ...ANIMATION, Container: { Format: 'mp4' } }, Output: OUTPUT }),
    ],
    ['Operation[0].Animation.Video.Codec', request(video({ Codec: 'h264' }))],
    ['Operation[0].Animation.Video.Width', request(video({ Width: 127 }))],
    ['Operation[0].Animation.Video.Height', request(video({ Height: '4097' }))],
    ['Operation[0].Animation.Video.Fps', request(video({ Fps: 0 }))],
    ['Operation[0].Animation.Video.Fps', request(video({ Fps: 61 }))],
    [
      'Operation[0].Animation.Video.AnimateOnlyKeepKeyFrame',
      request(video({ AnimateOnlyKeepKeyFrame: 'yes' })),
    ],
    ['Operation[0].Animation.Video.Quality', request(video({ Quality: 100 }))],
    [
      'Operation[0].Animation.TimeInterval.Start',
      request({ Animation: { ...ANIMATION, TimeInterval: { Start: '0.0001' } }, Output: OUTPUT }),
    ],
    ['Operation[1].JobLevel', request([video({}), { ...video({}), JobLevel: 3 }])],
    ['Operation[0].UserData', request({ ...video({}), UserData: '猫' })],
    ['Operation[0].UserData', request({ ...video({}), UserData: 'x'.repeat(961) })],
    ['QueueId', request(video({}), { QueueId: { a: 1 } })],
    ['CallBack', request(video({}), { CallBack: null })],
    ['Input.Object', request(video({}), { Input: { Object: 'a\u0000b' } })],
    ['New Node', request(video({}), { 'New Node': 'x' })],
  ])('%s in %o', async (field, body) => {
    await expectRefusal(
      submit('/jobs', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
      field,
    );
  });

  it.each([
    ['wrong JSON', 'application/json', '{"Tag":'],
    ['no JSON', 'application/json', ''],
    ['other text', 'application/json', 'Tag=Animation'],
    ['wrong XML', 'application/xml', '<Request><Tag>Animation</Request>'],
    ['XML that is not closed', 'application/xml', '<Request>'.repeat(1000)],
    ['no XML', 'application/xml', ''],
    ['a wrong entity', 'application/xml', '<Request>&nope;&x</Request>'],
    ['XML with another root', 'application/xml', '<Response/>'],
    ['XML with a DOCTYPE', 'text/xml', '<!DOCTYPE Request><Request/>'],
  ])('%s: body', async (_, type, body) => {
    await expectRefusal(submit('/jobs', { method: 'POST', headers: { 'content-type': type }, body }), 'body');
  });

  it('wrong XML is told by its place, and not by its text', async () => {
    const headers = { 'content-type': 'application/xml' };
    const { json } = await submit('/jobs', {
      method: 'POST',
      headers,
      body: '<Request>\n<Tag>secret</Request>',
    });
    expect(json['detail']).toBe('body: expected well-formed XML, got a fault in line 2, column 12');
  });

  it.each(['/jobs', '/watches'])('%s: a body in a root of its own is told so', async (path) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ Request: { ...request(video({})), JobIds: ['j1'] } });
    const { status, json } = await submit(path, { method: 'POST', headers, body });
    expect(status).toBe(400);
    expect(json['detail']).toBe('Request: unknown; JSON has no root: what is in Request belongs at the top');
  });

  it('a key that nobody knows, in a body that is ours alone', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ JobIds: ['j1'], Bucket: 'b' });
    const { json } = await submit('/watches', { method: 'POST', headers, body });
    expect(json['detail']).toBe('Bucket: unknown; known are JobIds');
  });

  it('7 MB: 413, naming the body', async () => {
    const answer = await submit('/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: 'x'.repeat(7_000_000),
    });
    expect(answer).toMatchObject({ status: 413, json: { code: 'PayloadTooLarge' } });
    expect(answer.json['detail']).toContain('body: expected at most');
  });

  it.each(['text/plain', undefined])('content type %s: 415, naming it', async (type) => {
    const answer = await submit('/jobs', {
      method: 'POST',
      headers: type ? { 'content-type': type } : {},
      body: '{}',
    });
    expect(answer).toMatchObject({ status: 415 });
    expect(answer.json['detail']).toContain('Content-Type: expected application/json or application/xml');
  });
});

it('PUT /jobs/{ids} without ?cancel says what is missing', async () => {
  await expectRefusal(submit('/jobs/j1', { method: 'PUT' }), 'cancel');
});

it('an event that is no HTTP request is refused', async () => {
  const answer = await describeJobs('/', { method: '' });
  expect(answer).toMatchObject({ status: 400 });
});

it('CI was not asked once', async () => {
  const { requests } = await cloud.control('GET', '/stats');
  expect(requests).toEqual({});
});
