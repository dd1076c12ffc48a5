import { type Node, parseSync, type TemplateLiteral, Visitor } from 'oxc-parser';
import { squeezeSql } from './squeeze-sql.ts';

interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * A source file whose sql`…` templates are squeezed. Everything but the statements stays on its line, so that source maps
 * lead there.
 *
 * @param file its name says whether it is TypeScript
 * @throws Error when it is no such source
 */
export function squeezeSource(file: string, source: string): string {
  const { program, errors } = parseSync(file, source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file}: ${error.message}`);
  const changes: Change[] = [];
  new Visitor({
    TaggedTemplateExpression({ tag, quasi }) {
      if (isSql(tag)) changes.push(...squeezed(quasi, source));
    },
  }).visit(program);
  changes.sort((a, b) => a.start - b.start);
  let at = 0;
  const kept = changes.map(({ start, end, text }) => {
    const before = source.slice(at, start);
    at = end;
    return before + text;
  });
  return kept.join('') + source.slice(at);
}

function isSql(tag: Node): boolean {
  return tag.type === 'Identifier' && tag.name === 'sql';
}

/**
 * The parts of one template. The line breaks that they lose go where they mean nothing: in front of the next value,
 * behind the last one, or in front of a template without values.
 */
function squeezed({ quasis, start }: TemplateLiteral, source: string): Change[] {
  // A part reaches from ` or } to ${ or `.
  const places = quasis.map((quasi) => ({ from: quasi.start + 1, to: quasi.end - (quasi.tail ? 1 : 2) }));
  const parts = places.map(({ from, to }) => source.slice(from, to));
  const results = squeezeSql(parts);
  return places.map(({ from, to }, index) => {
    const text = results[index] ?? '';
    const breaks = '\n'.repeat(linesIn(parts[index] ?? '') - linesIn(text));
    if (places.length === 1) return { start, end: to, text: `${breaks}\`${text}` };
    if (index === places.length - 1) return { start: from - 1, end: to, text: `${breaks}}${text}` };
    return { start: from, end: to + 2, text: `${text}\${${breaks}` };
  });
}

function linesIn(text: string): number {
  return text.split('\n').length;
}
