import { expect, test as it } from 'vitest';
import {
  functionDescription,
  ownerOf,
  parseFunctionDescription,
  parseTriggerDescription,
  triggerDescription,
} from '../../../deploy/cloud/state/owner-mark.ts';

const owner = ownerOf({ name: 'jobwatch', stage: 'dev' });
const sha256 = '0123456789abcdef'.repeat(4);

it.each(['', 'Sweeps the watches, twice.', '查询任务。', 'Two\nlines'])(
  'a mark is read back with the text before it: %j',
  (text) => {
    for (const codeSha256 of [sha256, undefined]) {
      const description = functionDescription(text, owner, codeSha256);
      expect(parseFunctionDescription(description)).toEqual({ text, mark: owner, codeSha256 });
    }
  },
);

it('a mark has only characters that a description may have', () => {
  expect(functionDescription('', owner, sha256)).toMatch(/^[A-Za-z0-9 ,.]*$/);
  expect(triggerDescription(owner)).toMatch(/^[A-Za-z0-9 ,.]*$/);
});

it.each(['', 'Made by hand.', `Deployed by osls, owner ${owner}, code 123.`])(
  'no deployment made what says %j',
  (description) => {
    expect(parseFunctionDescription(description)).toMatchObject({ text: description, mark: undefined });
    expect(parseTriggerDescription(description)).toBeUndefined();
  },
);

it('services and stages whose names join to the same text are different owners', () => {
  expect(ownerOf({ name: 'a-b', stage: 'c' })).not.toBe(ownerOf({ name: 'a', stage: 'b-c' }));
  expect(parseTriggerDescription(triggerDescription(owner))).toBe(owner);
});
