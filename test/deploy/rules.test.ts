// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of serverless.yml look like that
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readService } from '../../deploy/service/read-service.ts';
import { ServiceError } from '../../deploy/service/service-error.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'jobwatch-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Every field on a line of its own, from line 9 on. */
const CLIPS = `    - name: clips-to-gif
      bucket: media-1250000000
      prefix: clips/
      suffixes: [.mp4, .mov]
      maxBytes: 1000000
      job:
        Animation:
          Container:
            Format: gif
          Video:
            Codec: gif
            Width: 320
            Fps: 12
        JobLevel: 1
      output:
        object: gifs/\\\${dir}\\\${name}.\\\${ext}
      maxJobsPerHour: 1000
      retries:
        codes: [Timeout]
        attempts: 2
      reconcile: on
`;
const HEAD = `service: jobwatch
configValidationMode: error
provider:
  name: tencent
  region: ap-guangzhou
  runtime: Nodejs20.19
custom:
  rules:
`;
const FUNCTIONS = `functions:
  on-object:
    handler: index.main_handler
    memorySize: 128
    timeout: 60
    events:
      - cos: rules
`;

function read(...rules: string[]) {
  const file = path.join(folder, 'serverless.yml');
  writeFileSync(file, `${HEAD}${rules.join('')}${FUNCTIONS}`);
  return readService(file, {});
}

/** The valid rule with one part replaced. */
function clips(part: string, replacement: string): string {
  expect(CLIPS).toContain(part);
  return CLIPS.replace(part, () => replacement);
}

function refusalOf(...rules: string[]): ServiceError {
  try {
    read(...rules);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

it('rules are read, and every place that matters becomes a trigger', () => {
  const { rules, functions } = read(CLIPS);
  expect(rules).toMatchObject([
    {
      name: 'clips-to-gif',
      region: 'ap-guangzhou',
      output: { bucket: 'media-1250000000', region: 'ap-guangzhou', object: 'gifs/${dir}${name}.${ext}' },
      reconcile: true,
      paused: false,
    },
  ]);
  const place = { bucket: 'media-1250000000', region: 'ap-guangzhou', event: 'cos:ObjectCreated:*' };
  expect(functions[0]?.objectTriggers).toEqual([
    { ...place, prefix: 'clips/', suffix: '.mp4' },
    { ...place, prefix: 'clips/', suffix: '.mov' },
    { ...place, prefix: 'gifs/', suffix: '.gif' },
  ]);
});

describe('a rule is refused with its line and the reason', () => {
  it.each([
    ['name: clips-to-gif', 'name: Clips', 9, 'name', /small letters/],
    ['bucket: media-1250000000', 'bucket: media', 10, 'bucket', /media-1250000000/],
    ['prefix: clips/', 'prefix: /clips/', 11, 'prefix', /does not begin with \//],
    ['[.mp4, .mov]', '[]', 12, 'suffixes', /at least one/],
    ['[.mp4, .mov]', '[.mp4, mov]', 12, 'suffixes.1', /\.mp4/],
    ['maxBytes: 1000000', 'maxBytes: 0', 13, 'maxBytes', /at least 1/],
    ['Format: gif', 'Format: png', 17, 'job.Animation.Container.Format', /gif, hgif or webp|gif/],
    ['Codec: gif', 'Codec: h264', 19, 'job.Animation.Video.Codec', /gif/],
    ['Width: 320', 'Width: 127', 20, 'job.Animation.Video.Width', /128/],
    ['Width: 320', 'Width: 4097', 20, 'job.Animation.Video.Width', /4096/],
    ['Fps: 12', 'Fps: 61', 21, 'job.Animation.Video.Fps', /60/],
    ['JobLevel: 1', 'JobLevel: 3', 22, 'job.JobLevel', /0, 1 or 2/],
    ['object: gifs/', 'object: /gifs/', 24, 'output.object', /a key/],
    ['{dir}', '{folder}', 24, 'output.object', /placeholders/],
    ['maxJobsPerHour: 1000', 'maxJobsPerHour: 0', 25, 'maxJobsPerHour', /at least 1/],
    ['codes: [Timeout]', 'codes: []', 27, 'retries.codes', /at least one/],
    ['attempts: 2', 'attempts: 6', 28, 'retries.attempts', /at most 5/],
    ['reconcile: on', 'reconcile: often', 29, 'reconcile', /on or off/],
    ['reconcile: on', 'reconcil: on', 29, 'reconcil', /expected/],
  ])('%j written as %j: line %i', (part, replacement, line, field, message) => {
    const refusal = refusalOf(clips(part, replacement));
    expect(refusal).toMatchObject({ line, field: `custom.rules.0.${field}` });
    expect(refusal.message).toMatch(message);
  });

  it('two rules of one name', () => {
    const twin = clips('prefix: clips/', 'prefix: films/').replace('object: gifs/', 'object: films-as-gif/');
    const refusal = refusalOf(CLIPS, twin);
    expect(refusal).toMatchObject({ line: 30, field: 'custom.rules.1.name' });
    expect(refusal.message).toContain('clips-to-gif twice');
  });

  it('an output under its own prefix', () => {
    const refusal = refusalOf(clips('gifs/\\${dir}\\${name}.\\${ext}', 'clips/small/\\${name}.mp4'));
    expect(refusal).toMatchObject({ line: 23, field: 'custom.rules.0.output' });
    expect(refusal.message).toMatch(/clips-to-gif would take the output clips\/small\/.* for a new object/);
  });

  it('a loop across two rules, told at the first of them', () => {
    const back = clips('name: clips-to-gif', 'name: gif-to-clip')
      .replace('prefix: clips/', 'prefix: gifs/')
      .replace('[.mp4, .mov]', '[.gif]')
      .replace('gifs/\\${dir}\\${name}.\\${ext}', 'clips/\\${name}.mp4');
    const refusal = refusalOf(CLIPS, back);
    expect(refusal).toMatchObject({ line: 23, field: 'custom.rules.0.output' });
    expect(refusal.message).toContain('rule gif-to-clip would take the output');
  });

  it('two rules for the same object, unless one says so', () => {
    const other = clips('name: clips-to-gif', 'name: long-clips')
      .replace('prefix: clips/', 'prefix: clips/long/')
      .replace('object: gifs/', 'object: long/');
    const refusal = refusalOf(CLIPS, other);
    expect(refusal).toMatchObject({ line: 32, field: 'custom.rules.1.prefix' });
    expect(refusal.message).toContain('overlaps: true');
    expect(read(CLIPS, other.replace('reconcile: on', 'overlaps: on')).rules).toHaveLength(2);
  });

  it('more endings and outputs than a function has triggers', () => {
    const endings = (count: number) =>
      `[${Array.from({ length: count }, (_, index) => `.m${index}`).join(', ')}]`;
    expect(read(clips('[.mp4, .mov]', endings(9))).functions[0]?.objectTriggers).toHaveLength(10);
    const refusal = refusalOf(clips('[.mp4, .mov]', endings(10)));
    expect(refusal).toMatchObject({ field: 'custom.rules' });
    expect(refusal.message).toContain('at most 10');
  });
});
