import { ServiceError } from '../service-error.ts';
import type { XmlElement } from '../xml/read-xml.ts';
import { textOf } from '../xml/xml-fields.ts';
import { type Bounds, checkNumber } from './check-number.ts';
import { oneOf, readFields } from './read-fields.ts';

const MODES = ['Interval', 'Average', 'KeyFrame'] as const;
const FIELDS = ['Mode', 'Start', 'TimeInterval', 'Count', 'Width', 'Height', 'SnapshotOutMode'] as const;

/** The checked parameters [doc 436/54013], each as it was written. */
export type Snapshot = Partial<Record<(typeof FIELDS)[number], string>>;

const SIDE: Bounds = { atLeast: 128, atMost: 4096, whole: true };
const BOUNDS: Partial<Record<(typeof FIELDS)[number], Bounds>> = {
  Start: { atLeast: 0 },
  TimeInterval: { above: 0 },
  Count: { atLeast: 1, atMost: 10_000, whole: true },
  Width: SIDE,
  Height: SIDE,
};

/** Reads `<Snapshot>`. @throws ServiceError that names the field */
export function readSnapshot(node: XmlElement, at: string): Snapshot {
  const snapshot = readFields(node, FIELDS);
  oneOf(`${at}.Mode`, snapshot.Mode ?? 'Interval', MODES);
  if ((snapshot.SnapshotOutMode ?? 'OnlySnapshot') !== 'OnlySnapshot') {
    const text = textOf(node, 'SnapshotOutMode');
    throw new ServiceError(
      501,
      'NotImplemented',
      `${at}.SnapshotOutMode ${text} is not done by this local cloud.`,
    );
  }
  for (const name of FIELDS) {
    const bounds = BOUNDS[name];
    if (bounds) checkNumber(`${at}.${name}`, snapshot[name], bounds);
  }
  return snapshot;
}
