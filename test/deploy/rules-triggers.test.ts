// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of serverless.yml look like that
import { expect, it } from 'vitest';
import { CLIPS, clips, FUNCTIONS, HEAD, readRules, refusalOfRules } from './valid-rules.ts';
import { read } from './valid-service.ts';

it('rules are read, and every place that matters becomes a trigger', () => {
  const { rules, functions } = readRules(CLIPS);
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

it.each([
  ['prefix: clips/', 'prefix: my clips/', 11, 'prefix'],
  ['[.mp4, .mov]', "[.mp4, '.m v']", 12, 'suffixes.1'],
  ['object: gifs/', 'object: my gifs/', 24, 'output.object'],
])(
  'white space, which a trigger does not take, is refused: %j written as %j',
  (part, replacement, line, field) => {
    const refusal = refusalOfRules(clips(part, replacement));
    expect(refusal).toMatchObject({ line, field: `custom.rules.0.${field}` });
    expect(refusal.message).toContain('no white space');
  },
);

it("white space between placeholders is no trigger's, and taken", () => {
  expect(readRules(clips('{dir}', '{dir}small \\${etag}')).rules).toHaveLength(1);
});

it('what a wider trigger catches needs none of its own', () => {
  const long = clips('name: clips-to-gif', 'name: long-clips')
    .replace('prefix: clips/', 'prefix: clips/long/')
    .replace('object: gifs/', 'object: gifs/long/')
    .replace('reconcile: on', 'overlaps: on');
  expect(readRules(CLIPS, long).functions[0]?.objectTriggers).toEqual(
    readRules(CLIPS).functions[0]?.objectTriggers,
  );
});

it('triggers of which each catches something of the other are refused', () => {
  const other = clips('name: clips-to-gif', 'name: cut-clips')
    .replace('prefix: clips/', "prefix: ''")
    .replace('[.mp4, .mov]', '[.cut.mp4]')
    .replace('object: gifs/', 'object: cuts/')
    .replace('reconcile: on', 'overlaps: on');
  const refusal = refusalOfRules(CLIPS, other);
  expect(refusal).toMatchObject({ line: 8, field: 'custom.rules' });
  expect(refusal.message).toMatch(/none overlap, got \*\.cut\.mp4 and clips\/\*\.mp4/);
});

it('objects that two functions would take are refused', () => {
  const text = `${HEAD}${CLIPS}${FUNCTIONS}${FUNCTIONS.slice(FUNCTIONS.indexOf('\n') + 1).replace('on-object', 'other')}`;
  expect(() => read(text)).toThrow(
    /:41: functions\.other\.events: .*at one function, got it at on-object and other/,
  );
});

it('more endings and outputs than a function has triggers are refused', () => {
  const endings = (count: number) =>
    `[${Array.from({ length: count }, (_, index) => `.m${index}`).join(', ')}]`;
  expect(readRules(clips('[.mp4, .mov]', endings(9))).functions[0]?.objectTriggers).toHaveLength(10);
  const refusal = refusalOfRules(clips('[.mp4, .mov]', endings(10)));
  expect(refusal).toMatchObject({ field: 'custom.rules' });
  expect(refusal.message).toContain('at most 10');
});
