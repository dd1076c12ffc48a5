import { describe, expect, it } from 'vitest';
import { checkRules } from '../../shared/automation/rules/check-rules.ts';
import { catches, reasonAgainst } from '../../shared/automation/rules/match-rule.ts';
import { outputKey } from '../../shared/automation/rules/output-key.ts';
import { parseRule } from '../../shared/automation/rules/parse-rule.ts';
import { requestOf } from '../../shared/automation/rules/request-of.ts';

const ANIMATION = { Container: { Format: 'gif' }, Video: { Codec: 'gif', Width: 320, Fps: 12 } };
const given = (change: object = {}) => ({
  name: 'clips-to-gif',
  bucket: 'media-1250000000',
  prefix: 'clips/',
  suffixes: ['.mp4', '.mov'],
  job: { Animation: ANIMATION },
  output: { object: 'gifs/${dir}${name}.${ext}' },
  ...change,
});
const rule = (change: object = {}) => parseRule(given(change), 'ap-guangzhou');
const object = (key: string, size = 1000) => ({
  bucket: 'media-1250000000',
  region: 'ap-guangzhou',
  key,
  size,
});

describe('a rule', () => {
  it('makes the request of an object', () => {
    expect(
      requestOf(rule({ job: { Animation: ANIMATION, JobLevel: 1, QueueId: 'p1' } }), {
        key: 'clips/a/b.mp4',
        etag: 'e',
      }),
    ).toEqual({
      Tag: 'Animation',
      Input: { Object: 'clips/a/b.mp4' },
      Operation: [
        {
          Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif', Width: '320', Fps: '12' } },
          JobLevel: '1',
          Output: { Region: 'ap-guangzhou', Bucket: 'media-1250000000', Object: 'gifs/a/b.${ext}' },
        },
      ],
      QueueId: 'p1',
    });
  });

  it.each([
    ['clips/a.mp4', 'gifs/a.${ext}'],
    ['clips/x/y/a.b.mp4', 'gifs/x/y/a.b.${ext}'],
    ['clips/.hidden.mp4', 'gifs/.hidden.${ext}'],
    ['clips/${jobid}.mp4', 'gifs/_{jobid}.${ext}'],
    ['clips/a b+c%d.mp4', 'gifs/a b+c%d.${ext}'],
  ])('turns %s into %s', (key, output) => {
    expect(outputKey(rule(), { key, etag: 'e' })).toBe(output);
  });

  it('catches by bucket, region, prefix and ending, as they are', () => {
    expect(catches(rule(), object('clips/a.mp4'))).toBe(true);
    expect(catches(rule(), object('clips/deep/a.mov'))).toBe(true);
    for (const key of ['clips/a.MP4', 'clip/a.mp4', 'clips/a.gif', 'clips/.mp4', 'x/clips/a.mp4']) {
      expect(catches(rule(), object(key)), key).toBe(false);
    }
    expect(catches(rule(), { ...object('clips/a.mp4'), region: 'ap-beijing' })).toBe(false);
    expect(catches(rule(), { ...object('clips/a.mp4'), bucket: 'other-1250000000' })).toBe(false);
  });

  it('leaves alone what is paused, empty or too large', () => {
    expect(reasonAgainst(rule(), object('clips/a.mp4'))).toBeUndefined();
    expect(reasonAgainst(rule({ paused: true }), object('clips/a.mp4'))).toContain('paused');
    expect(reasonAgainst(rule(), object('clips/a.mp4', 0))).toContain('empty');
    expect(reasonAgainst(rule({ maxBytes: 999 }), object('clips/a.mp4'))).toContain('999 bytes');
  });
});

describe('a rule is refused, naming the field', () => {
  it.each([
    ['name', { name: 'Upper' }],
    ['bucket', { bucket: 'media' }],
    ['prefix', { prefix: '/clips/' }],
    ['suffixes', { suffixes: [] }],
    ['suffixes.0', { suffixes: ['mp4'] }],
    ['maxBytes', { maxBytes: 0 }],
    ['job', { job: {} }],
    ['job', { job: { TemplateId: 't1', Animation: ANIMATION } }],
    [
      'job.Animation.Video.Width',
      { job: { Animation: { ...ANIMATION, Video: { Codec: 'gif', Width: 100 } } } },
    ],
    ['job.JobLevel', { job: { Animation: ANIMATION, JobLevel: 3 } }],
    ['output.object', { output: { object: '/gifs/a.gif' } }],
    ['output.object', { output: { object: 'gifs/${bucket}.gif' } }],
    ['output.object', { output: { object: 'gifs/${name' } }],
    ['paused', { paused: 'yes' }],
    ['maxJobsPerHour', { maxJobsPerHour: 1.5 }],
    ['retries.attempts', { retries: { codes: ['Timeout'], attempts: 6 } }],
    ['typo', { typo: 1 }],
  ])('%s in %o', (field, change) => {
    expect(() => rule(change)).toThrow(new RegExp(`^${field.replaceAll('.', '\\.')}: expected `));
  });

  it('takes on and off as YAML 1.2 reads them', () => {
    expect(rule({ reconcile: 'on' }).reconcile).toBe(true);
    expect(rule({ reconcile: 'off' }).reconcile).toBe(false);
    expect(rule().reconcile).toBe(false);
  });
});

describe('loops are found', () => {
  const faults = (...changes: object[]) =>
    checkRules(changes.map(rule)).map(({ rule: name, field }) => `${name}.${field}`);

  it.each([
    ['under its own prefix with its own ending', { output: { object: 'clips/gif/${name}.mp4' } }],
    ['where the placeholder may be the prefix', { output: { object: '${dir}${name}.mp4' } }],
    [
      'where a template decides the ending',
      { job: { TemplateId: 't1' }, output: { object: 'clips/${name}.${ext}' } },
    ],
    ['where the ending is a placeholder', { output: { object: 'clips/${name}' } }],
    [
      'when its endings are of pictures',
      { suffixes: ['.gif'], output: { object: 'clips/small/${name}.${ext}' } },
    ],
  ])('an output %s', (_, change) => {
    expect(faults(change)).toEqual(['clips-to-gif.output']);
  });

  it('across two rules', () => {
    const back = {
      name: 'gif-to-webp',
      prefix: 'gifs/',
      suffixes: ['.gif'],
      output: { object: 'clips/${name}.mp4' },
    };
    expect(faults({}, back)).toEqual(['clips-to-gif.output', 'gif-to-webp.output']);
  });

  it.each([
    ['another folder', { output: { object: 'gifs/${name}.${ext}' } }],
    ['the same folder with another ending', { output: { object: 'clips/${name}.${ext}' } }],
    ['another bucket', { output: { bucket: 'out-1250000000', object: 'clips/${name}.mp4' } }],
  ])('an output in %s is none', (_, change) => {
    expect(faults(change)).toEqual([]);
  });
});

describe('two rules for the same object', () => {
  const other = { name: 'other', prefix: 'clips/long/', output: { object: 'other/${name}.${ext}' } };

  it('are refused unless one says so', () => {
    expect(checkRules([rule(), rule(other)])).toMatchObject([{ rule: 'other', field: 'prefix' }]);
    expect(checkRules([rule(), rule({ ...other, overlaps: true })])).toEqual([]);
  });

  it('are fine with different endings', () => {
    expect(checkRules([rule(), rule({ ...other, suffixes: ['.avi'] })])).toEqual([]);
  });
});
