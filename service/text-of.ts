import * as v from 'valibot';

/** Text of a form, which `expected` describes whatever else comes. */
export const textOf = (form: RegExp, expected: string) => v.pipe(v.string(expected), v.regex(form, expected));
