import { readFileSync } from 'node:fs';
import { readCosEvent } from '../../shared/scf/cos-event.ts';

interface Parts {
  readonly object?: object;
  readonly bucket?: object;
  readonly event?: object;
}

const FIXTURE = JSON.parse(readFileSync('test/fixtures/cos-event.json', 'utf8')).Records[0];

/** The fixture's record with other values in its parts; undefined takes a field away. */
export function recordWith({ object = {}, bucket = {}, event = {} }: Parts = {}) {
  const { cos } = FIXTURE;
  const record = {
    cos: {
      ...cos,
      cosObject: { ...cos.cosObject, ...object },
      cosBucket: { ...cos.cosBucket, ...bucket },
    },
    event: { ...FIXTURE.event, ...event },
  };
  // As it comes over the wire: what is undefined is not there.
  return JSON.parse(JSON.stringify(record));
}

/** What is read of that record alone. */
export function readWith(parts: Parts, ownRegion?: string) {
  return readCosEvent({ Records: [recordWith(parts)] }, ownRegion)[0];
}
