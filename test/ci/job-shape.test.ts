import { describe, expect, it } from 'vitest';
import { parseCiTime } from '../../shared/ci/time.ts';
import { parseJobs, parseJobsPage } from '../../shared/ci/xml/parse-jobs.ts';
import { parseObjects } from '../../shared/ci/xml/parse-objects.ts';
import { XmlError } from '../../shared/ci/xml/xml-error.ts';
import type { XmlNode } from '../../shared/ci/xml/xml-node.ts';

const answer = (...jobs: string[]) =>
  Buffer.from(`<Response>${jobs.map((job) => `<JobsDetail>${job}</JobsDetail>`).join('')}</Response>`);
const job = (rest: string, id = 'j1') => `<JobId>${id}</JobId><State>Running</State>${rest}`;

/** `<a><b>…</b></a>` for `a.b`. */
const nested = (path: string, inner: string): string =>
  path.split('.').reduceRight((content, name) => `<${name}>${content}</${name}>`, inner);

function at(node: XmlNode | undefined, path: string): XmlNode | undefined {
  return path
    .split('.')
    .reduce<XmlNode | undefined>(
      (value, name) =>
        (Array.isArray(value) ? value[0] : value) && Object(Array.isArray(value) ? value[0] : value)[name],
      node,
    );
}

describe('what Cloud Infinite repeats is a list, one or several', () => {
  it.each([
    ['Operation.MediaResult.OutputFile', 'ObjectName'],
    ['Operation.MediaResult.OutputFile', 'Md5Info'],
    ['Operation.MediaResult.OutputFile.SpriteOutput', 'ObjectName'],
    ['Operation.MediaResult.OutputFile.SpriteOutputFile', 'ObjectName'],
    ['Operation.MediaInfo.Stream', 'Video'],
    ['Operation.MediaInfo.Stream', 'Audio'],
    ['Operation.MediaInfo.Stream', 'Subtitle'],
    ['Operation.ConcatTemplate', 'ConcatFragment'],
    ['Operation.ConcatTemplate', 'AudioMixArray'],
    ['Operation.Transcode', 'AudioMixArray'],
    ['Operation', 'Watermark'],
    ['Operation', 'WatermarkTemplateId'],
    ['Operation.SpeechRecognitionResult.FlashResult', 'sentence_list'],
    ['Operation.WordsGeneralizeResult', 'WordsGeneralizeLable'],
    ['Operation.SplitVideoInfoResult', 'TimeInfo'],
    ['Operation.VideoTargetRecResult.BodyRecognition', 'BodyInfo'],
    ['Input', 'CosHeaders'],
  ])('%s.%s', (path, name) => {
    const items = [1, 2, 3].map((count) => `<${name}>${'<a>1</a>'.repeat(1)}<b>${count}</b></${name}>`);
    for (const count of [0, 1, 2, 3]) {
      const xml = nested(path, items.slice(0, count).join('') || `<${name}/>`);
      const [read] = parseJobs(answer(job(xml))).JobsDetail;
      expect(at(read, `${path}.${name}`), `${count} of them`).toHaveLength(count);
    }
  });
});

describe('a job that does not fit', () => {
  const long = 'x'.repeat(65);
  const key = 'k'.repeat(1025);
  const WRONG = [
    ['a tag', `<Tag>${long}</Tag>`],
    ['a queue', `<QueueId>${long}</QueueId>`],
    ['a control character in a word', '<Tag>a&#9;b</Tag>'],
    ['a key', `<Input><Object>${key}</Object></Input>`],
    ['a key of many bytes', `<Input><Object>${'猫'.repeat(342)}</Object></Input>`],
    ['an output', `<Operation><Output><Object>${key}</Object></Output></Operation>`],
    ['an output that is text', '<Operation><Output>a</Output></Operation>'],
    [
      'two outputs',
      '<Operation><Output><Object>a</Object></Output><Output><Object>b</Object></Output></Operation>',
    ],
    ['a bucket that is an element', '<Operation><Output><Bucket><a>b</a></Bucket></Output></Operation>'],
    ['a UserData that is an element', '<Operation><UserData><a>b</a></UserData></Operation>'],
  ] as const;

  it.each(WRONG)('by %s is refused by id', (_, rest) => {
    expect(() => parseJobs(answer(job(rest)))).toThrow(XmlError);
  });

  it.each(WRONG)('by %s spoils no page: it is left out, and told with whose it is', (_, rest) => {
    const whose = '<Operation><UserData>mine</UserData></Operation>';
    const xml = answer(job('', 'a'), job(rest, 'b'), job(whose, 'c'), `<State>Running</State>${whose}`);
    const page = parseJobsPage(xml);
    expect(page.JobsDetail.map(({ JobId }) => JobId)).toEqual(['a', 'c']);
    expect(page.unreadable).toEqual([
      { reason: expect.stringContaining(' of b: expected '), userData: '' },
      { reason: 'JobId: expected in every job, got none', userData: 'mine' },
    ]);
  });
});

it.each([
  '&#0;',
  '&#x0;',
  '&#00000000000000;',
  '&#xD800;',
  '&#xdfff;',
  '&#55296;',
  '&#xFFFE;',
  '&#x110000;',
  '&#99999999999999;',
  '&#8;',
])('a reference that no XML can hold is refused, not dropped: %s', (reference) => {
  expect(() => parseJobs(answer(job(`<Message>a${reference}b</Message>`)))).toThrow(XmlError);
  const [read] = parseJobs(answer(job(`<Message><![CDATA[a${reference}b]]></Message>`))).JobsDetail;
  expect(read?.Message).toBe(`a${reference}b`);
});

it.each([
  ['2026-06-27T15:23:12+0800', Date.UTC(2026, 5, 27, 7, 23, 12)],
  ['0000-00-00T00:00:00+0000', undefined],
  ['0001-01-01T00:00:00+0000', undefined],
  ['0000-01-01T00:00:00+0800', undefined],
  ['1970-01-01T08:00:00+0800', undefined],
  ['9999-12-31T23:59:59+0000', undefined],
  ['-', undefined],
])('the time %s is read, or is none that a database takes', (text, ms) => {
  expect(parseCiTime(text)).toBe(ms);
});

describe('a listed object that cannot be kept', () => {
  const object = (change: Record<string, string> = {}) => {
    const nodes = { Key: 'a', ETag: '"e"', Size: '1', LastModified: '2026-01-01T00:00:00.000Z', ...change };
    return `<Contents>${Object.entries(nodes)
      .map(([name, text]) => `<${name}>${text}</${name}>`)
      .join('')}</Contents>`;
  };
  const page = (...contents: string[]) =>
    parseObjects(
      Buffer.from(`<ListBucketResult><IsTruncated>true</IsTruncated>${contents.join('')}</ListBucketResult>`),
    );

  it.each([
    ['a NUL in its key', { Key: 'a%00b' }],
    ['a key that is not UTF-8', { Key: '%ED%A0%80' }],
    ['a key of 851 bytes', { Key: 'k'.repeat(851) }],
    ['no ETag', { ETag: '' }],
    ['an endless ETag', { ETag: 'e'.repeat(500) }],
    ['a size that is none', { Size: '1e3' }],
    ['a negative size', { Size: '-1' }],
    ['a size beyond all numbers', { Size: '9'.repeat(30) }],
    ['a time that is none', { LastModified: 'yesterday' }],
    ['the year 0', { LastModified: '0000-01-01T00:00:00Z' }],
    ['the year 12026', { LastModified: '+012026-01-01T00:00:00Z' }],
  ])('for %s is left out, told, and spoils no other', (_, change) => {
    const { objects, unreadable, nextMarker } = page(object(), object(change), object({ Key: 'z' }));
    expect(objects.map(({ key }) => key)).toEqual(['a', 'z']);
    expect(unreadable).toEqual([expect.stringMatching(/^\w+.{0,199}$/)]);
    expect(nextMarker).toBe('z');
  });
});

it.each([
  '<!-- <![CDATA[ --><Message>&#xD800;</Message>',
  '<?pi <![CDATA[ ?><Message>&#0;</Message>',
  '<Message a="<![CDATA[">&#x110000;</Message>',
  '<Message a="&#0;">a</Message>',
  '<Message>a</Message>&#xFFFE;',
  '<Message/>&#0;<!-- ]]> -->',
  '<Message>&#x<!-- -->110000;</Message>',
])('wherever it stands, and whatever pretends to be CDATA before it: %s', (rest) => {
  expect(() => parseJobs(answer(job(rest)))).toThrow(XmlError);
});

it('what stands in a comment or an instruction refers to nothing', () => {
  const [read] = parseJobs(answer(job('<!-- &#0; --><?pi &#xD800;?><Message>a</Message>'))).JobsDetail;
  expect(read?.Message).toBe('a');
});
