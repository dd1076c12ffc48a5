import { invalidArgument } from '../service-error.ts';

/** At most 10 ids in one describe or cancel [doc]. */
const MAX_IDS = 10;

/** The distinct ids of `/jobs/<id>,<id>…`, in the order asked; throws InvalidArgument naming JobId. */
export function readJobIds(subject: string): string[] {
  const ids = subject.split(',');
  if (ids.length > MAX_IDS)
    throw invalidArgument(`JobId holds ${ids.length} ids, expected at most ${MAX_IDS}.`);
  const wrong = ids.find((id) => !/^[A-Za-z0-9_-]{1,64}$/.test(id));
  if (wrong !== undefined) throw invalidArgument(`JobId ${JSON.stringify(wrong)} is not an id.`);
  return [...new Set(ids)];
}
