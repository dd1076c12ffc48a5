/** Where the reading of a statement stands: between words, or inside of something that ends in a certain way. */
type Inside =
  | { readonly kind: 'code' }
  /** `'…'`, `"…"`, and a `$tag$…$tag$` that is data */
  | { readonly kind: 'text'; readonly end: string }
  | { readonly kind: 'line comment' }
  | { readonly kind: 'block comment'; readonly depth: number };

const CODE: Inside = { kind: 'code' };
/** Beside these no white space is needed. */
const PUNCTUATION = '(),;';
/** What a dollar quote follows when it holds code: `do $$`, `as $$`. Everything else in dollars is data. */
const BEFORE_CODE = /(?:^|[^\w$])(?:do|as) ?$/i;
const DOLLARS = /^\$(?:[A-Za-z_]\w*)?\$/;

/**
 * A statement without its comments and indentation; what stands in quotes stays as it is, byte for byte. A statement
 * with a backslash outside of comments stays as it is, whole: the template and `E'…'` each read it in their own way.
 *
 * @param parts what stands between the values of a template; a value counts as a word
 * @returns as many parts
 */
export function squeezeSql(parts: readonly string[]): readonly string[] {
  let inside: Inside = CODE;
  /** The dollar quotes of code that are open, which end as they began. */
  const bodies: string[] = [];
  const squeezed: string[] = [];
  for (const [index, part] of parts.entries()) {
    let out = '';
    /** White space and comments that were passed over. */
    let gap = '';
    for (let at = 0; at < part.length; ) {
      const rest = part.slice(at);
      const [letter = ''] = rest;
      let taken = letter;
      if (letter === '\\' && !inside.kind.endsWith('comment')) return parts;
      if (inside.kind === 'text') {
        if (rest.startsWith(inside.end)) {
          taken = inside.end;
          inside = CODE;
        }
        out += taken;
      } else if (inside.kind === 'line comment') {
        gap += letter;
        if (letter === '\n') inside = CODE;
      } else if (inside.kind === 'block comment') {
        taken = /^(?:\/\*|\*\/)/.exec(rest)?.[0] ?? letter;
        gap += taken;
        const depth: number = inside.depth + (taken === '/*' ? 1 : taken === '*/' ? -1 : 0);
        inside = depth === 0 ? CODE : { kind: 'block comment', depth };
      } else if (/\s/.test(letter)) {
        gap += letter;
      } else if (rest.startsWith('--')) {
        gap += letter;
        inside = { kind: 'line comment' };
      } else if (rest.startsWith('/*')) {
        taken = '/*';
        gap += taken;
        inside = { kind: 'block comment', depth: 1 };
      } else {
        const dollars = DOLLARS.exec(rest)?.[0];
        if (dollars !== undefined) {
          taken = dollars;
          if (dollars === bodies.at(-1)) bodies.pop();
          else if (BEFORE_CODE.test(out + gap.slice(0, 1))) bodies.push(dollars);
          else inside = { kind: 'text', end: dollars };
        } else if (letter === "'" || letter === '"') {
          inside = { kind: 'text', end: letter };
        }
        out += spaceBetween(out, gap, taken) + taken;
        gap = '';
      }
      at += taken.length;
    }
    const isLast = index === parts.length - 1;
    // A value inside of a comment, or quotes that do not end: not what this reads.
    if (inside.kind.endsWith('comment') ? !isLast : isLast && inside.kind === 'text') return parts;
    squeezed.push(out + spaceBetween(out, gap, ''));
  }
  return squeezed;
}

/** What white space becomes. A line break between two quoted strings makes one of them [PostgreSQL 4.1.2.1]. */
function spaceBetween(before: string, gap: string, after: string): string {
  if (gap === '') return '';
  if (before.endsWith("'") && after === "'" && gap.includes('\n')) return '\n';
  const isBeside = (letter: string) => letter !== '' && PUNCTUATION.includes(letter);
  return isBeside(before.slice(-1)) || isBeside(after) ? '' : ' ';
}
