import * as v from 'valibot';

/** Text of a form, which `expected` describes whatever else comes. */
export const textOf = (form: RegExp, expected: string) => v.pipe(v.string(expected), v.regex(form, expected));

/** The same, for a text that counts as not set when it comes out empty. */
export const optionalText = (form: RegExp, expected: string) =>
  v.pipe(
    v.string(expected),
    v.check((text) => text === '' || form.test(text), expected),
  );

/** A whole number within bounds, both included. */
export const wholeNumber = (min: number, max: number, unit = '') => {
  const expected = `a whole number from ${min} to ${max}${unit}`;
  return v.pipe(
    v.number(expected),
    v.check((value) => Number.isInteger(value) && value >= min && value <= max, expected),
  );
};
