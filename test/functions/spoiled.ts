/** A value with one thing wrong, and what it is. */
export interface Spoiled {
  readonly what: string;
  readonly value: unknown;
}

const OTHERS: readonly unknown[] = [null, -1.5, true, 'text', '', [null], { nested: { more: [1] } }];

/** Every key and item of a value, at every depth: missing, of every other type, and with a key that nobody knows. */
export function spoil(value: unknown, place = 'the whole'): Spoiled[] {
  const others = OTHERS.map((other) => ({ what: `${place} = ${JSON.stringify(other)}`, value: other }));
  return [...others, ...spoilWithin(value, place)];
}

function spoilWithin(value: unknown, place: string): Spoiled[] {
  if (typeof value !== 'object' || value === null) return [];
  const put = (key: string, child: unknown): unknown =>
    Array.isArray(value)
      ? value.map((item, index) => (String(index) === key ? child : item))
      : { ...value, [key]: child };
  return [
    ...(Array.isArray(value) ? [] : [{ what: `${place} with typo`, value: { ...value, typo: 1 } }]),
    ...Object.entries(value).flatMap(([key, child]) => [
      { what: `${place} without ${key}`, value: without(value, key) },
      ...spoil(child, `${place}.${key}`).map(({ what, value: spoiled }) => ({
        what,
        value: put(key, spoiled),
      })),
    ]),
  ];
}

function without(value: object, key: string): unknown {
  if (Array.isArray(value)) return value.filter((_, index) => String(index) !== key);
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}
