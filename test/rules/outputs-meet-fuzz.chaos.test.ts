import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findCollision, UNPROVEN } from '../../shared/rules/find-collision.ts';
import { catches } from '../../shared/rules/match-rule.ts';
import { outputKey } from '../../shared/rules/output-key.ts';
import { parseRule } from '../../shared/rules/parse-rule.ts';
import type { Rule } from '../../shared/rules/rule.ts';

/** Half a minute on a machine that does other things too; with FUZZ a quarter of an hour. */
const RUNS = process.env['FUZZ'] === '1' ? 20_000 : 200;

const ANIMATION = { Container: { Format: 'gif' }, Video: { Codec: 'gif' } };
const PLACEHOLDERS = ['${dir}', '${file}', '${name}', '${etag}', '${ext}'];
const TEXTS = ['g/', 'a', '-', '.', '/', '.gif', 'x', '_', '{', '.mp4', 'a/x'];

/** Templates around the sensible ones, and whatever else fits together. */
const template = fc.oneof(
  fc
    .array(fc.constantFrom(...PLACEHOLDERS, ...TEXTS), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join('')),
  fc
    .tuple(
      fc.constantFrom('', 'g/', 'a'),
      fc.constantFrom('${dir}', '', '${dir}a'),
      fc.constantFrom('${name}', '${file}', '${name}-${etag}', '${file}/${etag}'),
      fc.constantFrom('.${ext}', '.gif', '', '.mp4.gif'),
    )
    .map((parts) => parts.join('')),
);
const anyRule = fc
  .record({
    prefix: fc.constantFrom('', 'c/', 'c', 'c/a'),
    suffixes: fc.uniqueArray(
      fc.constantFrom('.mp4', '.mov', '.x.mp4', '.MP4', '.x.mov', '.MP4.mov', '.mov.mp4'),
      {
        minLength: 1,
        maxLength: 2,
      },
    ),
    job: fc.constantFrom({ Animation: ANIMATION }, { TemplateId: 't1' }),
    output: template.map((object) => ({ object })),
  })
  .map((given) => tryToParse(given))
  .filter((rule) => rule !== undefined);

function tryToParse(given: object): Rule | undefined {
  try {
    return parseRule({ name: 'r', bucket: 'media-1250000000', ...given }, 'ap-guangzhou');
  } catch {
    return undefined;
  }
}

/** All names of up to three characters that matter, and some others, behind each prefix and before each ending. */
const NAMES = words(['a', '-', '.', '/', 'x'], 3).concat([
  '${',
  '_{',
  '__{',
  '$',
  '{',
  'g/a',
  'a.MP4',
  'a.mp4',
  '-/../a',
  './a',
]);
const ENDINGS = ['.mp4', '.MP4', '.mov', '.x.mp4', '.x.mov', '.mp4.mp4', '.MP4.mp4', '.mp4.mov', '.mov.mp4'];
const ETAGS = ['', 'a'.repeat(32), `${'a'.repeat(32)}-1`];

function words(chars: readonly string[], longest: number): string[] {
  if (longest === 0) return [''];
  const shorter = words(chars, longest - 1);
  return [...new Set([...shorter, ...shorter.flatMap((word) => chars.map((char) => word + char))])];
}

function* objectsOf(rule: Rule) {
  for (const name of NAMES)
    for (const ending of ENDINGS) {
      const key = rule.prefix + name + ending;
      if (!catches(rule, { bucket: rule.bucket, region: rule.region, key })) continue;
      const hasEtag = rule.output.object.includes('${etag}');
      for (const etag of hasEtag ? ETAGS : ['']) yield { key, etag };
    }
}

const CI_FILLS = (key: string) => key.replaceAll('${ext}', 'gif');

it('no two objects of rules that are taken have one output', () => {
  fc.assert(
    fc.property(anyRule, anyRule, fc.boolean(), (first, second, isAlone) => {
      const other = isAlone ? first : second;
      fc.pre(findCollision(first, other) === undefined);
      const seen = new Map<string, string>();
      for (const object of objectsOf(first)) {
        const output = CI_FILLS(outputKey(first, object));
        if (isAlone) expect(seen.get(output) ?? object.key).toBe(object.key);
        seen.set(output, object.key);
      }
      if (isAlone) return;
      for (const object of objectsOf(other))
        expect(seen.get(CI_FILLS(outputKey(other, object)))).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
});

it('the two objects for which rules are refused have one output indeed', () => {
  let told = 0;
  fc.assert(
    fc.property(anyRule, anyRule, fc.boolean(), (first, second, isAlone) => {
      const other = isAlone ? first : second;
      const collision = findCollision(first, other);
      fc.pre(collision !== undefined);
      // Told without keys, and refused all the same.
      if (collision === UNPROVEN) return;
      told += 1;
      const [key, otherKey] = collision.keys;
      if (isAlone) expect(key).not.toBe(otherKey);
      for (const [rule, one] of [
        [first, key],
        [other, otherKey],
      ] as const)
        expect(catches(rule, { bucket: rule.bucket, region: rule.region, key: one })).toBe(true);
      if (first.output.object.includes('${e') || other.output.object.includes('${e')) return;
      expect(outputKey(first, { key, etag: '' })).toBe(collision.output);
      expect(outputKey(other, { key: otherKey, etag: '' })).toBe(collision.output);
    }),
    { numRuns: RUNS },
  );
  expect(told).toBeGreaterThan(RUNS / 10);
});
