// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of serverless.yml look like that
import { expect, it } from 'vitest';
import { CLIPS, clips, FUNCTIONS, HEAD, readRules, refusalOfRules } from '../worlds/valid-rules.ts';
import { read } from '../worlds/valid-service.ts';

it('rules are read, and every prefix, and what they write, becomes a trigger', () => {
  const { rules, functions } = readRules(CLIPS);
  expect(rules).toMatchObject([
    {
      name: 'clips-to-gif',
      region: 'ap-guangzhou',
      output: { bucket: 'media-1250000000', region: 'ap-guangzhou', object: 'gifs/${dir}${file}.${ext}' },
      reconcile: true,
      paused: false,
    },
  ]);
  const place = { bucket: 'media-1250000000', region: 'ap-guangzhou', event: 'cos:ObjectCreated:*' };
  expect(functions[0]?.objectTriggers).toEqual([
    { ...place, prefix: 'clips/', suffix: '' },
    { ...place, prefix: 'gifs/', suffix: '.gif' },
  ]);
});

const prefixesOf = (...rules: string[]) =>
  readRules(...rules).functions[0]?.objectTriggers.map(({ prefix }) => prefix);

it.each([
  ['prefix: clips/', 'prefix: my clips/', 11, 'prefix'],
  ['object: gifs/', 'object: my gifs/', 24, 'output.object'],
])(
  'white space, which a trigger does not take, is refused: %j written as %j',
  (part, replacement, line, field) => {
    const refusal = refusalOfRules(clips(part, replacement));
    expect(refusal).toMatchObject({ line, field: `custom.rules.0.${field}` });
    expect(refusal.message).toContain('no white space');
  },
);

it("white space between placeholders, or in an ending, is no trigger's, and taken", () => {
  expect(readRules(clips('{dir}', '{dir}small \\${etag}/')).rules).toHaveLength(1);
  expect(readRules(clips('[.mp4, .mov]', "[.mp4, '.m v']")).rules).toHaveLength(1);
});

it('what a wider trigger catches needs none of its own', () => {
  const long = clips('name: clips-to-gif', 'name: long-clips')
    .replace('prefix: clips/', 'prefix: clips/long/')
    .replace('object: gifs/', 'object: long/')
    .replace('reconcile: on', 'overlaps: on');
  expect(prefixesOf(CLIPS, long)).toEqual(['clips/', 'gifs/', 'long/']);
});

it.each([
  ['around its own prefix', 'media/clips/', 'media/'],
  ['inside its own prefix', 'clips/', 'clips/gifs/'],
])('an output %s has no trigger: COS would refuse it beside the one for the prefix', (_, prefix, output) => {
  const rule = clips('prefix: clips/', `prefix: ${prefix}`).replace('object: gifs/', `object: ${output}`);
  expect(prefixesOf(rule)).toEqual([prefix]);
});

it('objects that two functions would take are refused', () => {
  const text = `${HEAD}${CLIPS}${FUNCTIONS}${FUNCTIONS.slice(FUNCTIONS.indexOf('\n') + 1).replace('on-object', 'other')}`;
  expect(() => read(text)).toThrow(
    /:41: functions\.other\.events: .*at one function, got it at on-object and other/,
  );
});

it('any number of endings is one trigger, and more prefixes and outputs than a function has triggers are refused', () => {
  const endings = Array.from({ length: 40 }, (_, index) => `.m${index}`);
  expect(
    readRules(clips('[.mp4, .mov]', `[${endings.join(', ')}]`)).functions[0]?.objectTriggers,
  ).toHaveLength(2);
  const rules = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      clips('name: clips-to-gif', `name: clips-${index}`)
        .replace('prefix: clips/', `prefix: clips-${index}/`)
        .replace('object: gifs/', `object: gifs-${index}/`),
    );
  expect(readRules(...rules(5)).functions[0]?.objectTriggers).toHaveLength(10);
  const refusal = refusalOfRules(...rules(6));
  expect(refusal).toMatchObject({ field: 'custom.rules' });
  expect(refusal.message).toContain('at most 10');
});
