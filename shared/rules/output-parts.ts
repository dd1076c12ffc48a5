import { withEnding } from '../ci/picture-ending.ts';
import { isElement, type XmlElement, type XmlNode } from '../ci/xml/xml-node.ts';
import type { Rule } from './rule.ts';

/** What an output's key consists of, in order: text that is known, and placeholders. */
export type OutputPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'placeholder'; readonly name: string };

/** `${ext}` is known text unless a template decides. */
export function outputParts(rule: Rule): OutputPart[] {
  return knownObject(rule)
    .split(/\$\{(\w+)\}/)
    .flatMap((part, index): OutputPart[] => {
      if (index % 2 === 1) return [{ kind: 'placeholder', name: part }];
      return part === '' ? [] : [{ kind: 'text', text: part }];
    });
}

/** What is known of the keys that a rule writes: how they begin, and how they end when no placeholder stands there. */
export function outputShape(rule: Rule): { head: string; tail: string } {
  const known = knownObject(rule);
  return { head: known.split('${')[0] ?? '', tail: known.slice(known.lastIndexOf('}') + 1) };
}

/** An output's key as far as the job itself says how it ends. */
export function knownEnding(rule: Rule, key: string): string {
  return withEnding(key, formatOf(rule.job));
}

function knownObject(rule: Rule): string {
  return knownEnding(rule, rule.output.object);
}

function formatOf(job: XmlElement): XmlNode | undefined {
  const animation = job['Animation'];
  const container = isElement(animation) ? animation['Container'] : undefined;
  return isElement(container) ? container['Format'] : undefined;
}
