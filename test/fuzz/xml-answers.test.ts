import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJobs, parseJobsPage } from '../../shared/ci/xml/parse-jobs.ts';
import { XmlError } from '../../shared/ci/xml/xml-error.ts';
import type { XmlElement } from '../../shared/ci/xml/xml-node.ts';
import { runs } from './runs.ts';
import { job, writeTree } from './xml-tree.ts';

const jobs = fc.array(job, { maxLength: 4 });
const style = fc.gen();

const pairsOf = (all: readonly XmlElement[]) => all.map(({ JobId, State }) => `${JobId} ${State}`);

/** Reads what may be broken: jobs, or none because it was refused. */
function read(bytes: Uint8Array): readonly XmlElement[] {
  const told: XmlElement[] = [];
  for (const parse of [parseJobs, parseJobsPage]) {
    try {
      told.push(...parse(bytes).JobsDetail);
    } catch (error) {
      expect(error).toBeInstanceOf(XmlError);
      expect((error as Error).message.length).toBeLessThanOrEqual(200);
    }
  }
  return told;
}

it('an answer is read as what it holds, however it is written', () => {
  fc.assert(
    fc.property(jobs, style, (held, write) => {
      const xml = writeTree('Response', held.length === 0 ? '' : { JobsDetail: held }, write);
      expect(parseJobs(Buffer.from(xml)).JobsDetail).toEqual(held);
      expect(parseJobsPage(Buffer.from(xml))).toEqual({ JobsDetail: held, NextToken: '' });
    }),
    runs,
  );
});

/** None of it may stand between two letters of a text as a part of it. */
const junk = fc.constantFrom(
  '<!-- a -->',
  '<?a b?>',
  '<a/>',
  '</a>',
  '<a>',
  '<',
  '&',
  '&#0;',
  '<![CDATA[',
  '<!DOCTYPE a>',
  '\0',
);
const place = fc.nat();
const damage = fc.oneof(
  fc.record({ kind: fc.constant('truncate' as const), places: fc.tuple(place) }),
  fc.record({
    kind: fc.constantFrom('delete' as const, 'double' as const),
    places: fc.array(place, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('swap' as const), places: fc.tuple(place, place) }),
  fc.record({ kind: fc.constant('insert' as const), places: fc.tuple(place), what: junk }),
);

/** Damages the markup of a document and none of its text: what it then says of a job it said before. */
function damaged(
  xml: string,
  { kind, places, what = '' }: { kind: string; places: readonly number[]; what?: string },
) {
  if (kind === 'truncate') return xml.slice(0, (places[0] ?? 0) % xml.length);
  const tokens = xml.split(/(<[A-Za-z/][^>]*>)/);
  const tags = tokens.flatMap((token, index) => (/^<[A-Za-z/]/.test(token) ? [index] : []));
  const chosen = places.map((at) => tags[at % tags.length] ?? 0);
  const [first = 0, second = 0] = chosen;
  if (kind === 'swap') [tokens[first], tokens[second]] = [tokens[second] ?? '', tokens[first] ?? ''];
  if (kind === 'insert') tokens[first] = `${what}${tokens[first]}`;
  for (const index of kind === 'delete' || kind === 'double' ? new Set(chosen) : []) {
    tokens[index] = (tokens[index] ?? '').repeat(kind === 'delete' ? 0 : 2);
  }
  return tokens.join('');
}

it('a damaged answer never tells of a job that was not there', () => {
  fc.assert(
    fc.property(jobs, style, damage, (held, write, how) => {
      const xml = writeTree('Response', held.length === 0 ? '' : { JobsDetail: held }, write);
      const there = new Set(pairsOf(held));
      for (const pair of pairsOf(read(Buffer.from(damaged(xml, how))))) expect(there).toContain(pair);
    }),
    runs,
  );
});

it('bytes of chance are refused', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 200 }).map((given) => Buffer.from(given)),
    fc
      .array(
        fc.oneof(
          junk,
          fc.constantFrom(
            '>',
            ']]>',
            '<Response>',
            '</Response>',
            '<JobsDetail>',
            '</JobsDetail>',
            'x',
            '=',
            '"',
          ),
        ),
      )
      .map((parts) => Buffer.from(parts.join(''))),
  );
  fc.assert(
    fc.property(bytes, (given) => {
      expect(read(given)).toEqual([]);
    }),
    runs,
  );
});
