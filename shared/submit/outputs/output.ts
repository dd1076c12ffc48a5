import type { JobRequest } from '../../ci/job-request.ts';
import { withEnding } from '../../ci/picture-ending.ts';
import { isElement, type XmlNode } from '../../ci/xml/xml-node.ts';

/** Where one operation of a request writes, as far as it is known before CI answers. */
export interface Output {
  readonly bucket: string;
  /** `${jobid}`, of pictures `${number}`, and `${ext}` unless the format decides it are CI's to fill in */
  readonly key: string;
}

/** What CI fills in, how that looks, and the longest that is looked for: one of a kind fills in all of it. */
const FILLED_IN = [
  { kind: 'jobid', form: /^[A-Za-z0-9_-]+$/, longest: 64 },
  { kind: 'ext', form: /^[^./]+$/, longest: 16 },
  { kind: 'number', form: /^\d+$/, longest: 10 },
] as const;
const PLACEHOLDER = /\$\{(jobid|ext|number|Number)\}/;

export function outputsOf({ Operation }: Pick<JobRequest, 'Operation'>): Output[] {
  return Operation.flatMap((operation) => {
    const { Bucket: bucket, Object: key } = elementOf(operation['Output']);
    if (typeof bucket !== 'string' || typeof key !== 'string') return [];
    const { Format } = elementOf(elementOf(operation['Animation'])['Container']);
    return [{ bucket, key: withEnding(key, Format) }];
  });
}

/** Whether nobody else can write there: no two jobs have one id. */
export function isOfOneJob({ key }: Output): boolean {
  return key.includes('${jobid}');
}

/** What stands before the first placeholder that CI fills in. */
export function headOf(key: string): string {
  return key.slice(0, PLACEHOLDER.exec(key)?.index);
}

/** Whether CI may make `key` of the one that was asked for; with `${number}`, one of several objects. */
export function mayBecome(asked: string, key: string): boolean {
  return isRead(asked.split(PLACEHOLDER), 0, key, new Map());
}

/**
 * Reads a key along parts that are text and kinds of placeholders in turn. What fills in a kind is tried out where it
 * stands first and known from there on: three kinds of bounded length, and so a bounded number of tries.
 */
function isRead(
  parts: readonly string[],
  at: number,
  key: string,
  known: ReadonlyMap<string, string>,
): boolean {
  const part = parts[at];
  if (part === undefined) return key === '';
  const kind = part.toLowerCase();
  const text = at % 2 === 0 ? part : known.get(kind);
  if (text !== undefined) return key.startsWith(text) && isRead(parts, at + 1, key.slice(text.length), known);
  const filled = FILLED_IN.find((one) => one.kind === kind);
  if (filled === undefined) return false;
  for (let length = 1; length <= Math.min(filled.longest, key.length); length++) {
    const value = key.slice(0, length);
    if (!filled.form.test(value)) return false;
    if (isRead(parts, at + 1, key.slice(length), new Map(known).set(kind, value))) return true;
  }
  return false;
}

function elementOf(node: XmlNode | undefined) {
  return isElement(node) ? node : {};
}
