import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headOf, mayBecome } from '../../shared/submit/outputs/output.ts';

describe('an object that CI may make of what was asked for', () => {
  it.each([
    ['a.gif', 'a.gif'],
    ['a-${number}.jpg', 'a-0.jpg'],
    ['a-${Number}.jpg', 'a-12.jpg'],
    ['a-${number}/${Number}.${ext}', 'a-7/7.png'],
    ['${jobid}/${jobid}-${number}.${ext}', 'j1-2/j1-2-3.png'],
  ])('%s: %s', (asked, key) => {
    expect(mayBecome(asked, key)).toBe(true);
  });

  it.each([
    ['a.gif', 'a.gift'],
    ['a-${number}.jpg', 'a-x.jpg'],
    ['a-${number}.jpg', 'a-.jpg'],
    ['a-${number}/${number}.jpg', 'a-7/8.jpg'],
    ['a-${number}.jpg', `a-${'1'.repeat(11)}.jpg`],
    ['a.${ext}', 'a.b.gif'],
    ['${jobid}/${jobid}.gif', 'j1/j2.gif'],
  ])('not %s: %s', (asked, key) => {
    expect(mayBecome(asked, key)).toBe(false);
  });

  it('is found whatever CI fills in, and begins as asked up to there', () => {
    const text = fc.string({ maxLength: 6, unit: fc.constantFrom('a', '1', '-', '/', '.') });
    const placeholder = fc.constantFrom('${jobid}', '${ext}', '${number}', '${Number}');
    const filled = fc.record({
      jobid: fc.stringMatching(/^j[0-9a-f]{1,32}$/),
      ext: fc.constantFrom('gif', 'webp', '1'),
      number: fc.nat().map(String),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(text, placeholder), { maxLength: 6 }), filled, (parts, values) => {
        const asked = parts.join('');
        const key = asked.replace(/\$\{(\w+)\}/g, (_, name: string) =>
          String(Object(values)[name.toLowerCase()]),
        );
        expect(mayBecome(asked, key)).toBe(true);
        expect(key.startsWith(headOf(asked))).toBe(true);
      }),
    );
  });
});
