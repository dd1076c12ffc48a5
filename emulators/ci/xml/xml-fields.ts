import type { XmlElement } from './read-xml.ts';

/** The children called `name`, in order. */
export function elementsOf(parent: XmlElement | undefined, name: string): XmlElement[] {
  return parent?.children.filter((child) => child.name === name) ?? [];
}

export function elementOf(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  return elementsOf(parent, name)[0];
}

/** The trimmed text of the child called `name`; absent and empty are the same [guess]: examples carry empty nodes. */
export function textOf(parent: XmlElement | undefined, name: string): string | undefined {
  const text = elementOf(parent, name)?.text.trim();
  return text === '' ? undefined : text;
}
