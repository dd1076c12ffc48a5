import { describe, expect, it } from 'vitest';
import type { Job } from '../../shared/ci/job.ts';
import { factsOf } from '../../shared/watch/job-facts.ts';
import { outputOf } from '../../shared/watch/output-of.ts';

const job = (more: Partial<Job>): Job => ({ JobId: 'j1', State: 'Success', ...more });
const made = (Operation: NonNullable<Job['Operation']>) => outputOf(job({ Operation })).key;

describe('what lists tell of a job', () => {
  it('is what CI says of it', () => {
    const told = job({
      Code: 'Success',
      Message: 'x'.repeat(300),
      Progress: '100',
      StartTime: '2026-06-01T10:00:00+0800',
      EndTime: '2026-06-01T02:01:30+0000',
      Input: { Object: 'clips/a.mp4' },
      Operation: { MediaInfo: { Format: { Size: '1048576' } } },
    });
    expect(factsOf(told)).toMatchObject({
      input_key: 'clips/a.mp4',
      code: 'Success',
      progress: 100,
      output_bytes: 1_048_576,
      seconds: 90,
    });
    expect(factsOf(told).message).toHaveLength(200);
  });

  it.each<[string, Partial<Job>]>([
    ['nothing', {}],
    ['times that are not known yet', { StartTime: '-', EndTime: '-' }],
    [
      'an end before the start',
      { StartTime: '2026-06-01T10:00:00+0800', EndTime: '2026-06-01T09:00:00+0800' },
    ],
    ['numbers that are none', { Progress: 'half', Operation: { MediaInfo: { Format: { Size: '-1' } } } }],
    [
      'numbers too large',
      { Progress: '101', Operation: { MediaInfo: { Format: { Size: '9'.repeat(16) } } } },
    ],
    ['empty elements', { Operation: { MediaInfo: '' } }],
  ])('%s is no number', (_, more) => {
    expect(factsOf(job(more))).toEqual({
      input_key: null,
      code: '',
      message: '',
      progress: null,
      output_bytes: null,
      seconds: null,
    });
  });
});

describe('the key of its output is what is meant', () => {
  const Output = { Bucket: 'b-1', Object: 'gifs/a.${ext}' };
  const OutputFile = { ObjectPrefix: 'gifs/', ObjectName: ['a.webp', 'b.webp'] };

  it('as written, until CI tells what a placeholder became', () => {
    expect(made({ Output })).toBe('gifs/a.${ext}');
    expect(made({ Output, MediaResult: { OutputFile } })).toBe('gifs/a.webp');
    expect(made({ Output, MediaResult: '' })).toBe('gifs/a.${ext}');
    expect(
      made({ Output, MediaResult: { OutputFile: { ObjectPrefix: 'x'.repeat(1024), ObjectName: ['a'] } } }),
    ).toBe('gifs/a.${ext}');
  });

  it('what is written whole stays, whatever CI tells', () => {
    const whole = { ...Output, Object: 'gifs/${jobid}.gif' };
    expect(made({ Output: whole, MediaResult: { OutputFile } })).toBe('gifs/j1.gif');
  });
});
