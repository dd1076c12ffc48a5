import { type OutputPart, outputParts } from './output-parts.ts';
import { type PartLanguage, partLanguage } from './part-language.ts';
import type { Rule } from './rule.ts';

/** What stands for each placeholder of an output. */
export type PartValues = ReadonlyMap<string, string>;

/** Where one reader stands in the parts of an output. */
interface Position {
  readonly part: number;
  readonly state: string;
}

interface Node {
  readonly positions: readonly [Position, Position];
  /** whether the two have read anything that makes their objects different ones */
  readonly differ: boolean;
  readonly from: Node | undefined;
  /** what both have read to get here; '' for a step from one part to the next */
  readonly char: string;
}

interface Reader {
  readonly parts: readonly OutputPart[];
  readonly languages: readonly PartLanguage[];
}

/** They tell one object from another; an ETag does not, since objects may be alike. */
const OF_KEYS = new Set(['dir', 'file', 'name']);

/**
 * Two readers go through all texts that may be outputs of both rules, a character at a time, each along its own rule.
 * Each placeholder is taken for independent of the others, so that more may be found than is there, and never less. For
 * one rule given twice only those texts count which it makes in two ways: where a folder or a name of the one reading
 * does not cover the same characters in the other.
 */
export function* commonOutputs(one: Rule, other: Rule): Generator<[PartValues, PartValues]> {
  const readers: [Reader, Reader] = [readerOf(one), readerOf(other)];
  const alphabet = alphabetOf([one, other], readers);
  const start = ({ languages: [first] }: Reader): Position => ({ part: 0, state: first?.start ?? '' });
  const nodes: Node[] = [
    { positions: [start(readers[0]), start(readers[1])], differ: one !== other, from: undefined, char: '' },
  ];
  const known = new Set<string>();
  // The list grows while it is gone through: breadth first, so that the shortest texts are found first.
  for (const node of nodes) {
    const id = JSON.stringify([node.positions, node.differ]);
    if (known.has(id)) continue;
    known.add(id);
    const [first, second] = node.positions;
    if (node.differ && isDone(readers[0], first) && isDone(readers[1], second))
      yield [valuesOf(node, 0, readers[0]), valuesOf(node, 1, readers[1])];
    for (const position of onward(readers[0], first))
      nodes.push({ ...node, positions: [position, second], from: node, char: '' });
    for (const position of onward(readers[1], second))
      nodes.push({ ...node, positions: [first, position], from: node, char: '' });
    const owners = [readers[0].parts[first.part], readers[1].parts[second.part]];
    const isSame = first.part === second.part || !owners.some(isOfKey);
    for (const char of charsFor(owners, first, second, alphabet))
      for (const a of reading(readers[0], first, char))
        for (const b of reading(readers[1], second, char))
          nodes.push({ positions: [a, b], differ: node.differ || !isSame, from: node, char });
  }
}

function readerOf(rule: Rule): Reader {
  const parts = outputParts(rule);
  return { parts, languages: parts.map((part) => partLanguage(part, rule)) };
}

function isOfKey(part: OutputPart | undefined): boolean {
  return part?.kind === 'placeholder' && OF_KEYS.has(part.name);
}

function isDone({ languages }: Reader, { part, state }: Position): boolean {
  return part === languages.length - 1 && languages[part]?.isEnd(state) === true;
}

/** The beginning of the next part, when this one may end here. */
function onward({ languages }: Reader, { part, state }: Position): Position[] {
  const next = languages[part + 1];
  return next !== undefined && languages[part]?.isEnd(state) ? [{ part: part + 1, state: next.start }] : [];
}

function reading({ languages }: Reader, { part, state }: Position, char: string): Position[] {
  return (languages[part]?.next(state, char) ?? []).map((next) => ({ part, state: next }));
}

/** Amid a known text there is one character to read. */
function charsFor(
  owners: readonly (OutputPart | undefined)[],
  first: Position,
  second: Position,
  alphabet: readonly string[],
): readonly string[] {
  for (const [owner, { state }] of [
    [owners[0], first],
    [owners[1], second],
  ] as const)
    if (owner?.kind === 'text') return [...owner.text].slice(Number(state), Number(state) + 1);
  return alphabet;
}

/** Every character that any part tells from others, and one that stands for all the rest, which is preferred. */
function alphabetOf(rules: readonly Rule[], readers: readonly Reader[]): string[] {
  const texts = readers.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === 'text' ? part.text : [])),
  );
  const endings = rules.flatMap(({ suffixes }) =>
    suffixes.flatMap((s) => [s, s.toLowerCase(), s.toUpperCase()]),
  );
  const distinct = new Set([...'/.-0_', ...[...texts, ...endings].flatMap((text) => [...text])]);
  const rest = [...'xyzabcdefghijklmnopqrstuvwé'].find(
    (char) => !distinct.has(char) && !/[0-9a-f]/.test(char),
  );
  return [...new Set([rest ?? 'é', ...distinct])];
}

/** What a reader has read in each placeholder, the first of several of one name. */
function valuesOf(end: Node, side: 0 | 1, { parts }: Reader): PartValues {
  const read = parts.map(() => '');
  for (let node: Node | undefined = end; node !== undefined; node = node.from) {
    const { part } = node.positions[side];
    read[part] = node.char + (read[part] ?? '');
  }
  const values = new Map<string, string>();
  for (const [index, part] of parts.entries())
    if (part.kind === 'placeholder' && !values.has(part.name)) values.set(part.name, read[index] ?? '');
  return values;
}
