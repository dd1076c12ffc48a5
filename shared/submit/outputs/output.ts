import type { JobRequest } from '../../ci/job-request.ts';
import { withEnding } from '../../ci/picture-ending.ts';
import { isElement, type XmlNode } from '../../ci/xml/xml-node.ts';

/** Where one operation of a request writes, as far as it is known before CI answers. */
export interface Output {
  readonly bucket: string;
  /** `${jobid}` and, when a template decides the ending, `${ext}` are CI's to fill in */
  readonly key: string;
}

const JOB_ID = '${jobid}';
const ENDING = '${ext}';
/** The longest ending that is looked for where a template decides it. */
const MAX_ENDING = 16;
const JOB_ID_FORM = /^[A-Za-z0-9_-]{1,64}$/;
const ENDING_FORM = /^[^./]+$/;

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
  return key.includes(JOB_ID);
}

/** What stands before the first placeholder that CI fills in. */
export function headOf(key: string): string {
  const at = [JOB_ID, ENDING].map((placeholder) => key.indexOf(placeholder)).filter((index) => index >= 0);
  return key.slice(0, at.length === 0 ? key.length : Math.min(...at));
}

/**
 * Whether CI may make `key` of the one that was asked for. One job id fills in all `${jobid}`, one ending all `${ext}`:
 * so their lengths follow from each other, and no pattern is searched for.
 */
export function mayBecome(asked: string, key: string): boolean {
  const ids = asked.split(JOB_ID).length - 1;
  const endings = asked.split(ENDING).length - 1;
  const rest = key.length - (asked.length - ids * JOB_ID.length - endings * ENDING.length);
  const endingLengths = endings === 0 ? [0] : Array.from({ length: MAX_ENDING }, (_, index) => index + 1);
  return endingLengths.some((endingLength) => {
    const idLength = ids === 0 ? 0 : (rest - endings * endingLength) / ids;
    return Number.isInteger(idLength) && idLength >= 0 && isMadeOf(asked, key, idLength, endingLength);
  });
}

function isMadeOf(asked: string, key: string, idLength: number, endingLength: number): boolean {
  const [id = '', ending = ''] = [
    filler(asked, key, JOB_ID, { [JOB_ID]: idLength, [ENDING]: endingLength }),
    filler(asked, key, ENDING, { [JOB_ID]: idLength, [ENDING]: endingLength }),
  ];
  if (asked.includes(JOB_ID) && !JOB_ID_FORM.test(id)) return false;
  if (asked.includes(ENDING) && !ENDING_FORM.test(ending)) return false;
  return asked.replaceAll(JOB_ID, () => id).replaceAll(ENDING, () => ending) === key;
}

/** What stands in `key` where the placeholder stands first in what was asked for. */
function filler(
  asked: string,
  key: string,
  placeholder: typeof JOB_ID | typeof ENDING,
  lengths: Readonly<Record<typeof JOB_ID | typeof ENDING, number>>,
): string {
  const at = asked.indexOf(placeholder);
  if (at < 0) return '';
  const other = placeholder === JOB_ID ? ENDING : JOB_ID;
  const before = asked.slice(0, at).split(other).length - 1;
  const from = at + before * (lengths[other] - other.length);
  return key.slice(from, from + lengths[placeholder]);
}

function elementOf(node: XmlNode | undefined) {
  return isElement(node) ? node : {};
}
