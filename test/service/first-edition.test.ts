import { expect, it } from 'vitest';
import { readService } from '../../service/read-service.ts';
import { parseRule } from '../../shared/rules/parse-rule.ts';
import { requestOf } from '../../shared/rules/request-of.ts';

/** The configuration of 093e74b as it was, but for one ending: of several, two objects could have one output. */
const FILE = 'test/fixtures/first-edition.yml';

it('the configuration of the first edition is read as it was: one job for an object, told by no rendition', () => {
  const { functions, rules } = readService(FILE, {});
  expect(functions.map(({ name }) => name)).toEqual([
    'describe',
    'submit',
    'callback',
    'on-object',
    'recheck',
    'deliver',
  ]);
  const [rule, ...others] = rules;
  expect(others).toEqual([]);
  expect(rule && requestOf(rule, { key: 'clips/a/b.mp4', etag: 'e' })).toEqual({
    Tag: 'Animation',
    Input: { Object: 'clips/a/b.mp4' },
    Operation: [
      {
        Animation: {
          Container: { Format: 'gif' },
          Video: { Codec: 'gif', Width: '320', Fps: '12' },
          TimeInterval: { Start: '0', Duration: '10' },
        },
        Output: { Region: 'ap-guangzhou', Bucket: 'media-1250000000', Object: 'gifs/a/b.${ext}' },
      },
    ],
  });
  expect(rule).toMatchObject({ maxJobsPerHour: 1000, reconcile: true, paused: false });
  expect(rule?.renditions.map(({ name, fit }) => [name, fit])).toEqual([['', undefined]]);
});

it('so is every option that a rule of it could have', () => {
  const rule = parseRule(
    {
      name: 'all',
      bucket: 'media-1250000000',
      region: 'ap-shanghai',
      prefix: 'clips/',
      suffixes: ['.mp4', '.mov'],
      maxBytes: 5_000_000,
      job: { Tag: 'Animation', TemplateId: 't1', JobLevel: 1, QueueId: 'p1' },
      output: {
        bucket: 'made-1250000000',
        region: 'ap-shanghai',
        object: 'gifs/${dir}${name}-${etag}-${jobid}.${ext}',
      },
      paused: 'on',
      maxJobsPerHour: 3,
      retries: { codes: ['Timeout'], attempts: 2 },
      reconcile: 'on',
      overlaps: 'on',
    },
    'ap-guangzhou',
  );
  expect(requestOf(rule, { key: 'clips/a/b.mov', etag: 'e' })).toEqual({
    Tag: 'Animation',
    QueueId: 'p1',
    Input: { Object: 'clips/a/b.mov' },
    Operation: [
      {
        TemplateId: 't1',
        JobLevel: '1',
        Output: { Region: 'ap-shanghai', Bucket: 'made-1250000000', Object: 'gifs/a/b-e-${jobid}.${ext}' },
      },
    ],
  });
  expect(rule).toMatchObject({ maxBytes: 5_000_000, paused: true, overlaps: true, retries: { attempts: 2 } });
});
