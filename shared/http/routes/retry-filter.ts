import * as v from 'valibot';
import { documented, type JsonSchemaText } from '../../ci/documented.ts';
import { codes, wordListParameter } from '../parameters.ts';
import { listWatchesRoute } from './watches.ts';

const OUTCOMES = ['Success', 'Failed', 'Cancel', 'Missing'] as const;

// All filters of a list but what a page is made of, and what says of a job that ended badly nothing more.
const { state: _, open: __, order: ___, limit: ____, cursor: _____, ...filters } = listWatchesRoute.query;

/** What is a comma list in a query is a list in JSON; the comma list is taken too. */
const listed = <Item extends string>(items: JsonSchemaText, schema: v.GenericSchema<string, Item[]>) => {
  const expected = 'a list of texts without commas';
  return v.exactOptional(
    v.pipe(
      v.union([v.string(expected), v.array(v.string(expected), expected)], expected),
      documented<string | string[]>({ type: 'array', items, minItems: 1 }),
      v.check((value) => typeof value === 'string' || !value.some((item) => item.includes(',')), expected),
      v.transform((value) => (typeof value === 'string' ? value : value.join(','))),
      schema,
    ),
  );
};

/** The filters of `GET /watches`, as an object. */
export const retryFilter = v.strictObject({
  ...filters,
  outcome: listed({ type: 'string', enum: [...OUTCOMES] }, wordListParameter(OUTCOMES)),
  code: listed({ type: 'string' }, codes),
});
