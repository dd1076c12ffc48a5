import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { Account } from './account.ts';
import { ApiError } from './api-error.ts';

/** Seven fields: seconds, minutes, hours, days, months, weekdays, years [doc 583/9708]. */
const CRON_FIELD = /^(\*|[A-Z0-9]+)([-,/](\*|[A-Z0-9]+))*$/;

const cosDesc = v.strictObject({
  bucketUrl: v.exactOptional(v.string()),
  event: v.pipe(v.string(), v.regex(/^cos:Object(Created|Remove|Restore):(\*|[A-Za-z]+)$/)),
  filter: v.exactOptional(
    v.strictObject({ Prefix: v.exactOptional(v.string(), ''), Suffix: v.exactOptional(v.string(), '') }),
    {},
  ),
});

export type CosDesc = v.InferOutput<typeof cosDesc>;

/** What a Function URL is told [doc 583/100227]. */
const httpDesc = v.strictObject({
  AuthType: v.picklist(['NONE', 'CAM']),
  NetConfig: v.strictObject({ EnableIntranet: v.boolean(), EnableExtranet: v.boolean() }),
  CorsConfig: v.exactOptional(v.unknown()),
});

/** A cron is written as it is and read back as `{"cron":"…"}` [doc 583/18589]. */
export function timerDesc(written: string): string {
  const fields = written.split(' ');
  if (fields.length !== 7 || !fields.every((field) => CRON_FIELD.test(field)))
    throw wrong(`the cron '${written}' has not seven fields`);
  return JSON.stringify({ cron: written });
}

/** Read back with the bucket in front, as the framework's component for Tencent compares it. */
export function cosDescText(bucketUrl: string, { event, filter }: CosDesc): string {
  return JSON.stringify({ bucketUrl, event, filter });
}

/** A suffix begins with a dot [doc 583/9707]; that spaces and a slash in front are refused is a guess. */
export function parseCosDesc(written: string): CosDesc {
  if (/\s/.test(written)) throw wrong('it has a space');
  const desc = parsed(cosDesc, written);
  const { Prefix, Suffix } = desc.filter;
  if (Suffix !== '' && !Suffix.startsWith('.')) throw wrong(`the suffix ${Suffix} does not begin with a dot`);
  if (Prefix.startsWith('/')) throw wrong(`the prefix ${Prefix} begins with a slash`);
  return desc;
}

/**
 * The address comes with the trigger and stays as long as it does [doc 583/100226, English 583/69491]; that it is
 * read back inside NetConfig is a guess.
 *
 * @param before what was read back until now
 */
export function httpDescText(account: Account, written: string, before?: string): string {
  const { NetConfig, ...rest } = parsed(httpDesc, written);
  const known: unknown = before === undefined ? {} : JSON.parse(before).NetConfig;
  const host = `${account.appId}-${randomBytes(5).toString('hex')}`;
  const { ExtranetUrl = `https://${host}.${account.region}.tencentscf.com` } = v.parse(
    v.object({ ExtranetUrl: v.exactOptional(v.string()) }),
    known,
  );
  const net = { ...NetConfig, ...(NetConfig.EnableExtranet ? { ExtranetUrl } : {}), IntranetUrl: '' };
  return JSON.stringify({ NetConfig: net, ...rest });
}

/** What is read back while the address is not known yet [guess]. */
export function descWithoutUrl(desc: string): string {
  return JSON.stringify(JSON.parse(desc), (key, value) => (key === 'ExtranetUrl' ? undefined : value));
}

function parsed<S extends v.GenericSchema>(schema: S, written: string): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    throw wrong('it is not JSON');
  }
  const result = v.safeParse(schema, value);
  if (!result.success) throw wrong(`${v.getDotPath(result.issues[0]) ?? 'it'} is wrong`);
  return result.output;
}

function wrong(what: string): ApiError {
  return new ApiError('InvalidParameterValue.TriggerDesc', `TriggerDesc: ${what}.`);
}
