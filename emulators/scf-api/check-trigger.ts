import type { Account, StoredTrigger } from './account.ts';
import { ApiError } from './api-error.ts';
import { checkBucketHost } from './cos-rules.ts';
import { cosDescText, httpDescText, parseCosDesc, timerDesc } from './trigger-desc.ts';

const MAX_ARGUMENT_BYTES = 4096; // [doc 583/9708]
const TIMER_NAME = /^[\w-]{1,100}$/; // [doc 583/18589]; the page on timers says 60, a letter first
const URL_NAME = /^[A-Za-z][\w-]{0,59}$/; // [guess]

/** @throws ApiError for a type that the stand-in does not have */
export function typeOf(type: string): StoredTrigger['type'] {
  if (type === 'timer' || type === 'cos' || type === 'http') return type;
  throw new ApiError('InvalidParameterValue.Type', `Triggers of type ${type} are not known here.`);
}

export function checkName(account: Account, type: StoredTrigger['type'], name: string): void {
  if (type === 'cos') checkBucketHost(account, name);
  else if (!(type === 'timer' ? TIMER_NAME : URL_NAME).test(name))
    throw new ApiError('InvalidParameterValue.TriggerName', `TriggerName ${name} is not accepted.`);
}

/** Only timers carry one [sdk]. */
export function checkArgument(type: StoredTrigger['type'], argument: string | undefined): void {
  if (argument === undefined) return;
  if (type !== 'timer' || Buffer.byteLength(argument) > MAX_ARGUMENT_BYTES)
    throw new ApiError('InvalidParameterValue.CustomArgument', 'CustomArgument is too long or of no timer.');
}

/** @param before what was read back until now */
export function descText(
  account: Account,
  type: StoredTrigger['type'],
  name: string,
  written: string,
  before?: string,
): string {
  if (type === 'timer') return timerDesc(written);
  if (type === 'cos') return cosDescText(name, parseCosDesc(written));
  return httpDescText(account, written, before);
}

export function isOpen(enable: string | undefined, otherwise: boolean): boolean {
  if (enable === undefined) return otherwise;
  if (enable !== 'OPEN' && enable !== 'CLOSE')
    throw new ApiError('InvalidParameterValue.Enable', `Enable ${enable} is neither OPEN nor CLOSE.`);
  return enable === 'OPEN';
}
