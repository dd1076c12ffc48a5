// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of serverless.yml look like that
import { describe, expect, it } from 'vitest';
import { CLIPS, clips, readRules, refusalOfRules } from '../worlds/valid-rules.ts';

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
    ['reconcile: on', 'reconcil: on', 29, 'reconcil', /: unknown; known are name, bucket/],
  ])('%j written as %j: line %i', (part, replacement, line, field, message) => {
    const refusal = refusalOfRules(clips(part, replacement));
    expect(refusal).toMatchObject({ line, field: `custom.rules.0.${field}` });
    expect(refusal.message).toMatch(message);
  });

  it('two rules of one name', () => {
    const twin = clips('prefix: clips/', 'prefix: films/').replace('object: gifs/', 'object: films-as-gif/');
    const refusal = refusalOfRules(CLIPS, twin);
    expect(refusal).toMatchObject({ line: 30, field: 'custom.rules.1.name' });
    expect(refusal.message).toContain('clips-to-gif twice');
  });

  it('an output under its own prefix', () => {
    const refusal = refusalOfRules(clips('gifs/\\${dir}\\${file}.\\${ext}', 'clips/small/\\${name}.mp4'));
    expect(refusal).toMatchObject({ line: 23, field: 'custom.rules.0.output' });
    expect(refusal.message).toMatch(/clips-to-gif would take the output clips\/small\/.* for a new object/);
  });

  it('a loop across two rules, told at the first of them', () => {
    const back = clips('name: clips-to-gif', 'name: gif-to-clip')
      .replace('prefix: clips/', 'prefix: gifs/')
      .replace('[.mp4, .mov]', '[.gif]')
      .replace('gifs/\\${dir}\\${file}.\\${ext}', 'clips/\\${name}.mp4');
    const refusal = refusalOfRules(CLIPS, back);
    expect(refusal).toMatchObject({ line: 23, field: 'custom.rules.0.output' });
    expect(refusal.message).toContain('rule gif-to-clip would take the output');
  });

  it('outputs of two objects that would meet, told with both', () => {
    const refusal = refusalOfRules(clips('{file}', '{name}'));
    expect(refusal).toMatchObject({ line: 23, field: 'custom.rules.0.output' });
    expect(refusal.message).toContain('clips/a.mp4 and clips/a.mov would both be written to gifs/a.gif');
    expect(refusal.message).toContain('${file}');
    const shared = clips('{file}', '{name}').replace('reconcile: on', 'sharedOutput: on');
    expect(readRules(shared).rules).toMatchObject([{ sharedOutput: true }]);
  });

  it('two rules for the same object, unless one says so', () => {
    const other = clips('name: clips-to-gif', 'name: long-clips').replace(
      'prefix: clips/',
      'prefix: clips/long/',
    );
    const apart = other.replace('object: gifs/', 'object: long/');
    expect(readRules(CLIPS, apart).rules).toHaveLength(2);
    const same = other
      .replace('object: gifs/', 'object: gifs/long/')
      .replace('reconcile: on', 'sharedOutput: on');
    const refusal = refusalOfRules(CLIPS, same);
    expect(refusal).toMatchObject({ line: 32, field: 'custom.rules.1.prefix' });
    expect(refusal.message).toContain('overlaps: true');
    const said = same.replace('sharedOutput: on', 'sharedOutput: on\n      overlaps: on');
    expect(readRules(CLIPS, said).rules).toHaveLength(2);
  });
});
