import type { Account } from './account.ts';
import { ApiError } from './api-error.ts';
import { type CosDesc, parseCosDesc } from './trigger-desc.ts';

/** `<bucket>-<appid>.cos.<region>.myqcloud.com` [sdk]. */
const BUCKET_HOST = /^[a-z0-9-]+-(\d+)\.cos\.([a-z0-9-]+)\.myqcloud\.com$/;

/** The bucket is the account's own and lies where the function does [doc 583/9707]. */
export function checkBucketHost({ appId, region }: Account, host: string): void {
  const [, owner, place] = BUCKET_HOST.exec(host) ?? [];
  if (owner === undefined)
    throw new ApiError('InvalidParameterValue.TriggerName', `${host} is not the host of a bucket.`);
  if (owner !== appId) throw new ApiError('ResourceNotFound.Cos', `The bucket of ${host} does not exist.`);
  if (place !== region)
    throw new ApiError('InvalidParameterValue.Cos', `The bucket of ${host} lies in another region.`);
}

/**
 * Of all functions, one alone gets an event of an object [doc 583/9707]. That filters overlap when prefixes and suffixes
 * both do is the rule of COS's notifications [guess]; the code [go].
 */
export function assertNoOverlap(account: Account, host: string, desc: CosDesc): void {
  if (account.takesOverlaps) return;
  for (const fn of account.functions.values())
    for (const trigger of fn.triggers)
      if (trigger.type === 'cos' && trigger.name === host && overlap(parseCosDesc(trigger.desc), desc))
        throw new ApiError(
          'InvalidParameterValue.CosNotifyRuleConflict',
          `The rule of ${fn.name} for ${trigger.desc} takes some of the same events.`,
        );
}

function overlap(a: CosDesc, b: CosDesc): boolean {
  return (
    sameEvents(a.event, b.event) &&
    oneBeginsOther(a.filter.Prefix, b.filter.Prefix) &&
    oneEndsOther(a.filter.Suffix, b.filter.Suffix)
  );
}

/** `cos:ObjectCreated:*` takes all that begin so. */
function sameEvents(a: string, b: string): boolean {
  return a === b || covers(a, b) || covers(b, a);
}

function covers(wide: string, narrow: string): boolean {
  return wide.endsWith(':*') && narrow.startsWith(wide.slice(0, -1));
}

function oneBeginsOther(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

function oneEndsOther(a: string, b: string): boolean {
  return a.endsWith(b) || b.endsWith(a);
}
