import { InvalidField, show } from '../invalid-field.ts';
import type { XmlElement, XmlNode } from './xml-node.ts';

/** No request of CI's nests deeper than this. */
const MAX_DEPTH = 16;

/** Turns a JSON value into what XML can say: numbers and booleans become text. @throws InvalidField */
export function xmlFromJson(value: unknown, field = 'body'): XmlElement {
  const node = toNode(value, '', 0);
  if (typeof node !== 'object' || Array.isArray(node)) {
    throw new InvalidField(field, 'a JSON object', show(value));
  }
  return node;
}

function toNode(value: unknown, path: string, depth: number): XmlNode {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) {
    throw new InvalidField(path || 'body', 'text, a number, true, false, an object or a list', show(value));
  }
  if (depth === MAX_DEPTH) throw new InvalidField(path, `at most ${MAX_DEPTH} levels`, 'more');
  if (Array.isArray(value)) return value.map((item, index) => toNode(item, `${path}[${index}]`, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name,
      toNode(child, path === '' ? name : `${path}.${name}`, depth + 1),
    ]),
  );
}
