import { describe, expect, it } from 'vitest';
import { checkRules } from '../../shared/rules/check-rules.ts';
import { outputKey } from '../../shared/rules/output-key.ts';
import { parseRule } from '../../shared/rules/parse-rule.ts';

const ANIMATION = { Container: { Format: 'gif' }, Video: { Codec: 'gif' } };

/** A rule for clips/*.mp4 that writes there. */
function rule(object: string, change: object = {}) {
  const { output, ...rest } = { output: {}, ...change };
  return parseRule(
    {
      name: 'clips',
      bucket: 'media-1250000000',
      prefix: 'clips/',
      suffixes: ['.mp4'],
      job: { Animation: ANIMATION },
      output: { object, ...output },
      ...rest,
    },
    'ap-guangzhou',
  );
}

const reasons = (...rules: ReturnType<typeof rule>[]) =>
  checkRules(rules).map(({ rule: name, field, reason }) => `${name}.${field} ${reason}`);

const TWO = { suffixes: ['.mp4', '.mov'] };
const FILMS = { name: 'films', prefix: 'films/' };
const BY_TEMPLATE = { job: { TemplateId: 't1' } };

describe('two objects of one rule with one output are refused, both named', () => {
  it.each([
    ['that differ in their ending', 'gifs/${dir}${name}.${ext}', TWO, ['clips/a.mp4', 'clips/a.mov']],
    ['in its case', 'gifs/${dir}${name}.gif', { suffixes: ['.mp4', '.MP4'] }, ['clips/a.mp4', 'clips/a.MP4']],
    [
      'in a part of it',
      'gifs/${dir}${name}.gif',
      { suffixes: ['.mp4', '.x.mov'] },
      ['clips/a.x.mp4', 'clips/a.x.mov'],
    ],
    [
      'behind another spelling of it',
      'gifs/${dir}${name}.gif',
      { suffixes: ['.MP4.mov', '.mp4'] },
      ['clips/a.mp4.mov', 'clips/a.mp4.mp4'],
    ],
    ['in their folder', 'gifs/${file}.${ext}', {}, ['clips/a/x.mp4', 'clips/b/x.mp4']],
    ['in anything', 'gifs/latest.${ext}', {}, ['clips/a/x.mp4', 'clips/b/x.mp4']],
    ['in all but their content', 'gifs/${etag}.${ext}', {}, ['clips/a/x.mp4', 'clips/b/x.mp4']],
    ['in their name', 'gifs/${dir}a.${ext}', {}, ['clips/a.mp4', 'clips/b.mp4']],
    ['in where the folder begins', 'gifs/${name}-${dir}x.gif', {}, ['clips/-/y.mp4', 'clips//y-.mp4']],
  ])('%s: %s', (_, object, change, keys) => {
    const [reason, ...rest] = reasons(rule(object, change));
    expect(rest).toEqual([]);
    expect(reason).toContain(`clips.output ${keys.join(' and ')} would both be written to gifs/`);
    expect(reason).toContain('sharedOutput: on');
  });

  it('unless the rule says that it is meant so', () => {
    expect(reasons(rule('gifs/latest.${ext}', { sharedOutput: 'on' }))).toEqual([]);
  });
});

describe('objects of two rules with one output are refused, both named', () => {
  const FILE = 'gifs/${dir}${file}.${ext}';

  it.each([
    ['from two folders', rule(FILE), rule(FILE, FILMS), 'clips/x.mp4, by rule clips, and films/x.mp4'],
    [
      'one below the other',
      rule(FILE),
      rule('gifs/a/${dir}${file}.gif', FILMS),
      'clips/a/x.mp4, by rule clips, and films/x.mp4',
    ],
    [
      'one of which is fixed',
      rule(FILE),
      rule('gifs/x.mp4.gif', { ...FILMS, sharedOutput: 'off' }),
      'clips/x.mp4, by rule clips, and films/a.mp4',
    ],
    [
      'by a template',
      rule('o/${dir}${file}.${ext}', BY_TEMPLATE),
      rule('o/${dir}${file}.png', FILMS),
      'clips/x.mp4, by rule clips, and films/x.mp4',
    ],
    [
      'with two endings',
      rule('o/${dir}${name}.gif'),
      rule('o/${dir}${name}.gif', { ...FILMS, suffixes: ['.mov'] }),
      'clips/x.mp4, by rule clips, and films/x.mov',
    ],
  ])('%s', (_, one, other, keys) => {
    expect(
      reasons(one, other).filter((reason) => reason.includes('films.output') && reason.includes(keys)),
    ).toHaveLength(1);
  });

  it('one object that both take too', () => {
    const both = [rule(FILE), rule(FILE, { name: 'again', overlaps: 'on' })];
    expect(reasons(...both)).toEqual([
      expect.stringContaining('clips/x.mp4, by rule clips, and clips/x.mp4'),
    ]);
  });

  it('unless one of them says that it is meant so', () => {
    expect(reasons(rule(FILE), rule(FILE, { ...FILMS, sharedOutput: 'on' }))).toEqual([]);
  });
});

describe('rules that cannot meet are taken', () => {
  it.each([
    ['with one ending', 'gifs/${dir}${name}.${ext}', {}],
    ['with one ending, by a template', 'gifs/${dir}${name}.${ext}', BY_TEMPLATE],
    ['with several, told apart', 'gifs/${dir}${file}.${ext}', TWO],
    ['with endings of several parts', 'gifs/${dir}${name}.gif', { suffixes: ['.mp4', '.tar.mp4'] }],
    ['with a prefix that ends amid a name', 'gifs/${dir}${name}.gif', { prefix: 'clips/cut-' }],
    ['with a name for each content', 'gifs/${dir}${name}-${etag}.${ext}', {}],
    ['with a folder for each object', 'gifs/${dir}${file}/${etag}.${ext}', TWO],
    ['the name first', 'gifs/${name}/${dir}x.gif', {}],
    ['twice the name', 'gifs/${dir}${name}/${name}.gif', {}],
    ["with the job's id", 'gifs/${jobid}.${ext}', TWO],
  ])('%s: %s', (_, object, change) => {
    expect(reasons(rule(object, change))).toEqual([]);
  });

  it.each([
    [
      'other folders',
      rule('gifs/${dir}${file}.gif'),
      rule('films/${dir}${file}.gif', { ...FILMS, prefix: 'f/' }),
    ],
    ['other endings', rule('o/${dir}${file}.gif'), rule('o/${dir}${file}.webp', FILMS)],
    ['other middles', rule('o/${dir}${name}-s.gif'), rule('o/${dir}${name}-l.gif', FILMS)],
    [
      'another bucket',
      rule('o/x.gif', { sharedOutput: 'on' }),
      rule('o/${dir}${file}', { ...FILMS, output: { bucket: 'out-1250000000' } }),
    ],
    [
      'another region',
      rule('o/${dir}${file}'),
      rule('o/${dir}${file}', { ...FILMS, output: { region: 'ap-beijing' } }),
    ],
  ])('two with %s', (_, one, other) => {
    expect(reasons(one, other)).toEqual([]);
  });
});

describe('no two names become one', () => {
  const outputs = (keys: readonly string[], object = '${dir}${name}.gif') =>
    keys.map((key) => outputKey(rule(object), { key: `clips/${key}`, etag: '' }));

  it('where a placeholder is taken out of them', () => {
    const keys = [
      '${jobid}.mp4',
      '_{jobid}.mp4',
      '__{jobid}.mp4',
      '_${jobid}.mp4',
      '$${jobid}.mp4',
      '$_{jobid}.mp4',
    ];
    expect(new Set(outputs(keys)).size).toBe(keys.length);
    for (const output of outputs(keys)) expect(output).not.toContain('${');
  });

  it('where the ending is spelled in several ways', () => {
    const keys = [
      'a.mp4',
      'a.MP4',
      'a.Mp4',
      'a.MP4.mp4',
      'a.mp4.MP4',
      'a.MP4.mp4.mp4',
      'a.mp4.mp4',
      'a.MP4.mp4.MP4',
    ];
    expect(new Set(outputs(keys)).size).toBe(keys.length);
    expect(outputs(['a.mp4', 'a.MP4', 'a.b.mp4'])).toEqual(['a.gif', 'a.MP4.gif', 'a.b.gif']);
  });
});

it.each(['$${name}.gif', '${name}{jobid}.gif', '${name}${dir}x.gif', '${file}${etag}${name}.gif'])(
  'placeholders between which a name could make one for CI are refused: %s',
  (object) => {
    expect(() => rule(object)).toThrow(/^output\.object: expected a key with no \$ before/);
  },
);
