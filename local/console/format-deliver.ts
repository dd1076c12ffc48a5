import * as v from 'valibot';

/** What deliver tells of one run, as far as a person need see it. */
const deliverSchema = v.object({
  message: v.literal('deliver'),
  delivered: v.number(),
  retried: v.number(),
  dead: v.number(),
  switchedOff: v.number(),
});

/** One short line about a run that sent something; nothing for an idle one, of which there are six a minute. */
export function formatDeliver(functionName: string, logged: unknown): string | undefined {
  const parsed = v.safeParse(deliverSchema, logged);
  if (!parsed.success) return undefined;
  const { delivered, retried, dead, switchedOff } = parsed.output;
  if (delivered + retried + dead + switchedOff === 0) return undefined;
  const told = [
    `${delivered} delivered`,
    ...(retried > 0 ? [`${retried} to be tried again`] : []),
    ...(dead > 0 ? [`${dead} dead`] : []),
    ...(switchedOff > 0
      ? [`${switchedOff} ${switchedOff === 1 ? 'endpoint' : 'endpoints'} switched off`]
      : []),
  ];
  return `${functionName} sent: ${told.join(', ')}`;
}
