import { describe, expect, it } from 'vitest';
import { checkRules } from '../../shared/rules/check-rules.ts';
import { catches, reasonAgainst, reasonUncaught } from '../../shared/rules/match-rule.ts';
import { outputKey } from '../../shared/rules/output-key.ts';
import { parseRule } from '../../shared/rules/parse-rule.ts';
import { requestOf } from '../../shared/rules/request-of.ts';

const ANIMATION = { Container: { Format: 'gif' }, Video: { Codec: 'gif', Width: 320, Fps: 12 } };
const given = (change: object = {}) => ({
  name: 'clips-to-gif',
  bucket: 'media-1250000000',
  prefix: 'clips/',
  suffixes: ['.mp4', '.mov'],
  job: { Animation: ANIMATION },
  output: { object: 'gifs/${dir}${file}.${ext}' },
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
          Output: { Region: 'ap-guangzhou', Bucket: 'media-1250000000', Object: 'gifs/a/b.mp4.${ext}' },
        },
      ],
      QueueId: 'p1',
    });
  });

  it.each([
    ['clips/a.mp4', 'gifs/a.${ext}', 'gifs/a.mp4.${ext}'],
    ['clips/x/y/a.b.mp4', 'gifs/x/y/a.b.${ext}', 'gifs/x/y/a.b.mp4.${ext}'],
    ['clips/${jobid}.mp4', 'gifs/_{jobid}.${ext}', 'gifs/_{jobid}.mp4.${ext}'],
    ['clips/a b+c%d.mov', 'gifs/a b+c%d.${ext}', 'gifs/a b+c%d.mov.${ext}'],
    ['clips/IMG_1.MOV', 'gifs/IMG_1.MOV.${ext}', 'gifs/IMG_1.MOV.${ext}'],
  ])('turns %s into %s, or %s with its ending', (key, byName, byFile) => {
    const named = rule({ output: { object: 'gifs/${dir}${name}.${ext}' } });
    expect(outputKey(named, { key, etag: 'e' })).toBe(byName);
    expect(outputKey(rule(), { key, etag: 'e' })).toBe(byFile);
  });

  it('makes none for an object whose output would have a longer key than COS takes', () => {
    const name = 'x'.repeat(832);
    const key = `clips/${name}.mp4`;
    expect(() => requestOf(rule(), { key, etag: 'e' })).not.toThrow();
    expect(() => requestOf(rule(), { key: key.replace('x', 'xxxxxxxxx'), etag: 'e' })).toThrow(
      'output.object: expected a key of at most 850 bytes',
    );
  });

  it('catches by bucket, region and prefix as they are, and by ending in whatever case', () => {
    for (const key of ['a.mp4', 'deep/a.mov', 'a.MP4', 'IMG_0001.MOV', 'a.Mp4', './a.mp4', 'a/../b.mp4']) {
      expect(catches(rule(), object(`clips/${key}`)), key).toBe(true);
    }
    for (const key of ['clip/a.mp4', 'CLIPS/a.mp4', 'clips/a.gif', 'clips/amp4', 'x/clips/a.mp4', 'clips/']) {
      expect(catches(rule(), object(key)), key).toBe(false);
    }
    expect(catches(rule(), { ...object('clips/a.mp4'), region: 'ap-beijing' })).toBe(false);
    expect(catches(rule(), { ...object('clips/a.mp4'), bucket: 'other-1250000000' })).toBe(false);
  });

  it.each([
    '.mp4',
    '.a.mp4',
    'sub/.mp4',
    '._IMG_1.mov',
    '..mp4',
    '.AppleDouble/IMG_1.mov',
    'a/.thumbnails/b/c.mp4',
  ])('catches nothing hidden: %s', (name) => {
    expect(catches(rule(), object(`clips/${name}`))).toBe(false);
    expect(reasonUncaught([rule()], object(`clips/${name}`))).toContain('begins with a dot');
  });

  it('catches below a hidden folder, or what begins so, if it says so itself', () => {
    expect(catches(rule({ prefix: '.clips/' }), object('.clips/a.mp4'))).toBe(true);
    expect(catches(rule({ prefix: 'clips/.cut-' }), object('clips/.cut-a.mp4'))).toBe(true);
    expect(catches(rule({ prefix: 'clips/.cut-' }), object('clips/.cut-a/.b.mp4'))).toBe(false);
  });

  it.each([
    ['clips/x.txt', 'no rule takes .txt'],
    ['clips/a.b/x', 'no rule takes a name without an ending'],
    ['clips/sub/', 'it is a folder'],
    ['clips/a.mp4', undefined],
    ['other/x.txt', undefined],
  ])('says why it is not for %s: %s', (key, reason) => {
    expect(reasonUncaught([rule()], object(key))).toBe(reason);
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
    ['fit', { fit: 'wechat' }],
    ['fit.tries', { fit: { maxBytes: 5000, tries: 1 } }],
    ['fit.floor.Width', { fit: { maxBytes: 5000, floor: { Width: 64 } } }],
    ['retries.attempts', { retries: { codes: ['Timeout'], attempts: 6 } }],
  ])('%s in %o', (field, change) => {
    expect(() => rule(change)).toThrow(new RegExp(`^${field.replaceAll('.', '\\.')}: expected `));
  });

  it('a key that nobody knows is named beside those that are known', () => {
    expect(() => rule({ typo: 1 })).toThrow(/^typo: unknown; known are name, bucket, region, /);
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
    ['with its ending in capitals', { output: { object: 'clips/${dir}${file}.MP4' } }],
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
    ['another folder', { output: { object: 'gifs/${dir}${file}.${ext}' } }],
    ['the same folder with another ending', { output: { object: 'clips/${dir}${file}.${ext}' } }],
    ['another bucket', { output: { bucket: 'out-1250000000', object: 'clips/${dir}${file}.mp4' } }],
  ])('an output in %s is none', (_, change) => {
    expect(faults(change)).toEqual([]);
  });
});

describe('two rules for the same object', () => {
  const other = { name: 'other', prefix: 'clips/long/', output: { object: 'other/${dir}${file}.${ext}' } };
  const same = { ...other, sharedOutput: true, output: { object: 'gifs/long/${dir}${file}.${ext}' } };

  it('are fine when their outputs cannot meet, and else refused unless one says so', () => {
    expect(checkRules([rule(), rule(other)])).toEqual([]);
    expect(checkRules([rule(), rule(same)])).toMatchObject([{ rule: 'other', field: 'prefix' }]);
    expect(checkRules([rule(), rule({ ...same, overlaps: true })])).toEqual([]);
  });

  it('are fine with different endings, other than in their case', () => {
    expect(checkRules([rule(), rule({ ...same, suffixes: ['.avi'] })])).toEqual([]);
    expect(checkRules([rule(), rule({ ...same, suffixes: ['.MOV'] })])).toHaveLength(1);
  });
});
