import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isTerminal } from '../../shared/ci/job-state.ts';
import { parseJobs, parseJobsPage } from '../../shared/ci/xml/parse-jobs.ts';
import { XmlError } from '../../shared/ci/xml/xml-error.ts';

const fixture = (name: string) => readFileSync(`test/fixtures/${name}`);
const answer = (xml: string) => Buffer.from(`<Response>${xml}</Response>`);
const job = (nodes: string) =>
  answer(`<JobsDetail><JobId>j1</JobId><State>Running</State>${nodes}</JobsDetail>`);

describe('the documented answer', () => {
  it('is read as it stands', () => {
    expect(parseJobs(fixture('describe-documented.xml'))).toEqual({
      JobsDetail: [
        {
          Code: 'Success',
          Message: 'Success',
          JobId: 'je8f65004eb8511eaaed4f377124a303c',
          State: 'Submitted',
          CreationTime: '2019-07-07T12:12:12+0800',
          EndTime: '2019-07-07T12:12:12+0800',
          QueueId: 'p893bcda225bf4945a378da6662e81a89',
          Tag: 'Animation',
          Input: { Object: 'test.mp4' },
          Operation: {
            TemplateId: 't1460606b9752148c4ab182f55163ba7cd',
            Output: { Region: 'ap-beijing', Bucket: 'abc-1250000000', Object: 'test-trans.gif' },
          },
        },
      ],
      NonExistJobIds: [],
    });
  });

  it.each(['describe-documented.xml', 'describe-several.xml'])(
    'truncated at every byte never yields a job with a wrong or empty JobId or State: %s',
    (name) => {
      const whole = fixture(name);
      const expected = parseJobs(whole);
      for (let length = 0; length < whole.length; length += 1) {
        try {
          // Only white space after the root may be missing.
          expect(parseJobs(whole.subarray(0, length))).toEqual(expected);
          expect(whole.subarray(length).toString().trim()).toBe('');
        } catch (error) {
          expect(error, `cut at byte ${length}`).toBeInstanceOf(XmlError);
        }
      }
    },
  );
});

describe('an answer about several jobs', () => {
  const { JobsDetail, NonExistJobIds } = parseJobs(fixture('describe-several.xml'));
  const [first, second] = JobsDetail;

  it('has every job and every missing id', () => {
    expect(JobsDetail.map((job) => [job.JobId, job.State])).toEqual([
      ['j11111111111111111111111111111111', 'Success'],
      ['j22222222222222222222222222222222', 'Running'],
    ]);
    expect(NonExistJobIds).toEqual([
      'j33333333333333333333333333333333',
      'j44444444444444444444444444444444',
    ]);
  });

  it('keeps numbers as the text they are', () => {
    expect(first?.Operation?.Animation).toMatchObject({ Video: { Fps: '0012', Height: '' } });
    expect(first?.Operation?.MediaInfo).toMatchObject({ Format: { Bitrate: '1065.300000' } });
  });

  it('gives lists as lists even with one element', () => {
    expect(first?.Operation?.MediaResult).toMatchObject({
      OutputFile: {
        ObjectName: ['a.gif'],
        Md5Info: [{ Md5: 'd41d8cd98f00b204e9800998ecf8427e', ObjectName: 'a.gif' }],
      },
    });
  });

  it('decodes entities and numeric references', () => {
    expect(first?.Input?.Object).toBe('clips/a & b.mp4');
    expect(second?.Input?.Object).toBe('clips/猫.mp4');
  });
});

describe('a value', () => {
  it.each([
    ['&amp;#29483;', '&#29483;'],
    ['&amp;amp;', '&amp;'],
    ['&#38;lt;', '&lt;'],
    ['&#x732B;', '猫'],
    ['&#128049;', '🐱'],
    ['<![CDATA[a &amp; <b>]]>', 'a &amp; <b>'],
    [' a b ', ' a b '],
    ['1e3', '1e3'],
    ['0x10', '0x10'],
    ['true', 'true'],
  ])('%s is decoded exactly once', (written, read) => {
    const [{ Input } = {}] = parseJobs(job(`<Input><Object>${written}</Object></Input>`)).JobsDetail;
    expect(Input).toEqual({ Object: read });
  });

  it('is kept when there are thousands of references in one answer', () => {
    const jobs = Array.from(
      { length: 100 },
      (_, index) =>
        `<JobsDetail><JobId>j${index}</JobId><State>Success</State><Message>${'&amp;'.repeat(500)}</Message></JobsDetail>`,
    );
    const { JobsDetail } = parseJobsPage(answer(jobs.join('')));
    expect(JobsDetail.at(-1)?.Message).toBe('&'.repeat(500));
  });
});

describe('what CI may add one day', () => {
  it('an unknown state is kept and counts as open', () => {
    const [unknown] = parseJobs(
      answer('<JobsDetail><JobId>j1</JobId><State>Dreaming</State></JobsDetail>'),
    ).JobsDetail;
    expect(unknown?.State).toBe('Dreaming');
    expect(isTerminal('Dreaming')).toBe(false);
  });

  it('unknown nodes are kept', () => {
    const [detail] = parseJobs(job('<New><Deep>1</Deep><Deep>2</Deep></New>')).JobsDetail;
    expect(detail?.['New']).toEqual({ Deep: ['1', '2'] });
  });
});

describe('NonExistJobIds', () => {
  it.each([
    ['absent', '', []],
    ['empty', '<NonExistJobIds/>', []],
    ['one', '<NonExistJobIds>j1</NonExistJobIds>', ['j1']],
    ['repeated', '<NonExistJobIds>j1</NonExistJobIds><NonExistJobIds>j2</NonExistJobIds>', ['j1', 'j2']],
    ['comma-joined', '<NonExistJobIds>j1, j2,j1</NonExistJobIds>', ['j1', 'j2']],
  ])('is read when it is %s', (_, xml, ids) => {
    expect(parseJobs(answer(xml)).NonExistJobIds).toEqual(ids);
  });
});

describe('an answer is refused', () => {
  it.each([
    ['a stray closing tag', fixture('describe-stray-tag.xml')],
    ['nothing', Buffer.alloc(0)],
    ['HTML', Buffer.from('<html><body>Bad gateway</body></html>')],
    ['JSON', Buffer.from('{"JobsDetail":[]}')],
    ['an error document', fixture('error-slowdown.xml')],
    ['two roots', Buffer.from('<Response></Response><Response></Response>')],
    ['text after the root', Buffer.from('<Response></Response>x')],
    ['a DOCTYPE', Buffer.from('<!DOCTYPE Response [<!ENTITY s "Success">]><Response></Response>')],
    [
      'bytes that are not UTF-8',
      Buffer.from([...Buffer.from('<Response>'), 0xff, ...Buffer.from('</Response>')]),
    ],
    ['more than 1 MiB', answer(`<A>${'x'.repeat(1024 * 1024)}</A>`)],
    ['deep nesting', answer('<A>'.repeat(500) + '</A>'.repeat(500))],
    ['a character that XML cannot hold', job('<Message>\u0001</Message>')],
    ['no JobId', answer('<JobsDetail><State>Success</State></JobsDetail>')],
    ['an empty JobId', answer('<JobsDetail><JobId/><State>Success</State></JobsDetail>')],
    ['a JobId that is a path', answer('<JobsDetail><JobId>../x</JobId><State>Success</State></JobsDetail>')],
    ['two JobIds', answer('<JobsDetail><JobId>a</JobId><JobId>b</JobId><State>Success</State></JobsDetail>')],
    ['an empty State', answer('<JobsDetail><JobId>j1</JobId><State></State></JobsDetail>')],
    ['no State', answer('<JobsDetail><JobId>j1</JobId></JobsDetail>')],
    ['two Operations', job('<Operation><A/></Operation><Operation><A/></Operation>')],
    ['text where elements belong', answer('<JobsDetail>j1</JobsDetail>')],
  ])('with %s', (_, bytes) => {
    expect(() => parseJobs(bytes)).toThrow(XmlError);
  });
});

describe('a page', () => {
  it('has its NextToken, or none at the end', () => {
    expect(parseJobsPage(answer('<NextToken>abc</NextToken>'))).toEqual({ JobsDetail: [], NextToken: 'abc' });
    expect(parseJobsPage(answer(''))).toEqual({ JobsDetail: [], NextToken: '' });
  });

  it('may be larger than a description, up to 8 MiB', () => {
    const filler = (bytes: number) => answer(`<A>${'x'.repeat(bytes)}</A>`);
    expect(parseJobsPage(filler(7 * 1024 * 1024)).JobsDetail).toEqual([]);
    expect(() => parseJobsPage(filler(8 * 1024 * 1024))).toThrow('at most 8388608 bytes');
  });
});
