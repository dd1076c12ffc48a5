import * as v from 'valibot';

/** What recheck tells of one run, as far as a person need see it. */
const sweepSchema = v.object({
  message: v.literal('sweep'),
  claimed: v.number(),
  /** Asked of Cloud Infinite, by kind. */
  requests: v.record(v.string(), v.number()),
  changed: v.number(),
  finished: v.number(),
  errors: v.number(),
});

/** One short line about a sweep that did something; nothing for an idle one, of which there are six a minute. */
export function formatSweep(functionName: string, logged: unknown): string | undefined {
  const parsed = v.safeParse(sweepSchema, logged);
  if (!parsed.success) return undefined;
  const { claimed, requests, changed, finished, errors } = parsed.output;
  const asked = Object.values(requests).reduce((sum, count) => sum + count, 0);
  if (claimed + asked + changed + finished + errors === 0) return undefined;
  const told = [
    `${claimed} claimed`,
    `${asked} ${asked === 1 ? 'request' : 'requests'}`,
    `${changed} changed`,
    `${finished} finished`,
    ...(errors > 0 ? [`${errors} ${errors === 1 ? 'error' : 'errors'}`] : []),
  ];
  return `${functionName} swept: ${told.join(', ')}`;
}
