import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readCosEvent } from '../../shared/scf/cos-event.ts';
import { runs } from './runs.ts';

const documented = JSON.parse(readFileSync('test/fixtures/cos-event.json', 'utf8'));
const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    null,
    '',
    0,
    -1,
    1e308,
    8.64e15,
    8.64e15 + 1,
    '\0',
    '\uD800',
    [],
    {},
    true,
    'x'.repeat(70_000),
  ),
);

/** The paths of all values of a record. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [[...path], ...inner.flatMap(([name, child]) => pathsOf(child, [...path, name]))];
}

function withValue(tree: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  return { ...Object(tree), [name]: withValue(Object(tree)[name], rest, value) };
}

const [documentedRecord] = documented.Records;
const record = fc.oneof(
  odd,
  fc.constant(documentedRecord),
  fc
    .tuple(fc.constantFrom(...pathsOf(documentedRecord)), odd)
    .map(([path, value]) => withValue(documentedRecord, path, value)),
);

it('of an event each record is read or is told to be unreadable, whatever the others are', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 4 }), (records) => {
      const read = readCosEvent({ Records: [...records, documentedRecord] });
      expect(read).toHaveLength(records.length + 1);
      expect(read.at(-1)).toMatchObject({ kind: 'created', key: 'clips/a & b%.mp4' });
    }),
    runs,
  );
});

it('what is no event is told to be none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), odd), (event) => {
      expect(Array.isArray(readCosEvent(event))).toBe(true);
    }),
    runs,
  );
});
