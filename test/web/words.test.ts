import { describe, expect, it } from 'vitest';
import { codeText, stateText } from '../../shared/words/words.ts';
import { en } from '../../web/words/en.ts';
import { zh } from '../../web/words/zh.ts';

const CHINESE = /\p{Script=Han}/u;
/** What is called alike in both. */
const ALIKE = ['language', 'of', 'json', 'utc'];
const filledIn = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

describe('the texts of the page', () => {
  it('are the same in both languages, with the same values in them', () => {
    expect(Object.keys(zh)).toEqual(Object.keys(en));
    for (const [name, text] of Object.entries(en)) {
      const chinese = zh[name as keyof typeof en];
      expect(filledIn(chinese), name).toEqual(filledIn(text));
      if (!ALIKE.includes(name)) expect(chinese, name).toMatch(CHINESE);
    }
  });
});

describe('states and codes', () => {
  it('have a name of their own in each language', () => {
    for (const state of [
      'Submitted',
      'Running',
      'Pause',
      'Success',
      'Failed',
      'Cancel',
      'Missing',
      'Pending',
    ]) {
      expect(stateText('zh', state)).toMatch(CHINESE);
      expect(stateText('en', state)).not.toMatch(CHINESE);
    }
    expect(stateText('en', 'SomethingNew')).toBe('SomethingNew');
  });

  it('say what a code means and what to do, and nothing of one that nobody has described', () => {
    for (const code of ['NoStore', 'AccessDenied', 'InvalidMediaFile', 'OutcomeUnknown']) {
      expect(codeText('en', code)?.remedy).toMatch(/\.$/);
      expect(codeText('zh', code)?.meaning).toMatch(CHINESE);
    }
    expect(codeText('en', 'constructor')).toBeUndefined();
  });
});
