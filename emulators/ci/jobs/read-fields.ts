import { invalidArgument } from '../service-error.ts';
import type { XmlElement } from '../xml/read-xml.ts';
import { textOf } from '../xml/xml-fields.ts';

/** The named children that are given, each as it was written, since answers echo them so. */
export function readFields<Name extends string>(
  parent: XmlElement | undefined,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const fields: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const text = textOf(parent, name);
    if (text !== undefined) fields[name] = text;
  }
  return fields;
}

/** @throws ServiceError that names the field */
export function oneOf<Value extends string>(
  field: string,
  given: string | undefined,
  allowed: readonly Value[],
): Value {
  const value = allowed.find((one) => one === given);
  if (value === undefined) {
    throw invalidArgument(`${field} is ${given ?? 'missing'}, expected one of ${allowed.join(', ')}.`);
  }
  return value;
}
