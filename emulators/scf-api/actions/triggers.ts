import type { Trigger } from 'tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models.js';
import { type StoredFunction, type StoredTrigger, timeText } from '../account.ts';
import { action, functionNamed } from '../action.ts';
import { ApiError } from '../api-error.ts';
import { checkArgument, checkName, descText, isOpen, typeOf } from '../check-trigger.ts';
import { assertNoOverlap } from '../cos-rules.ts';
import { assertSettled } from '../settle.ts';
import { cosDescText, descWithoutUrl, parseCosDesc } from '../trigger-desc.ts';
import { createTriggerRequest, deleteTriggerRequest, listTriggersRequest } from '../trigger-requests.ts';

/** Of one type, at one function [doc 583/11637]. */
const MAX_TRIGGERS = 10;
const DEFAULT_PAGE = 20; // [sdk]

export const listTriggers = action(listTriggersRequest, (input, { account }) => {
  const { name, triggers } = functionNamed(account, input);
  const answersLeft = account.withheldUrls.get(name) ?? 0;
  if (answersLeft > 0) account.withheldUrls.set(name, answersLeft - 1);
  const { Offset = 0, Limit = DEFAULT_PAGE } = input;
  return {
    TotalCount: triggers.length,
    Triggers: triggers
      .slice(Offset, Offset + Limit)
      .map((trigger) => triggerOf(answersLeft > 0 ? withoutUrl(trigger) : trigger))
      .map((trigger) => withoutDescription(trigger, account.undescribedTypes)),
  };
});

export const createTrigger = action(createTriggerRequest, (input, { account }) => {
  const fn = functionNamed(account, input);
  const { TriggerName: name, TriggerDesc = '', Qualifier: qualifier = '$LATEST', Description = '' } = input;
  const type = typeOf(input.Type);
  checkName(account, type, name);
  const desc = descText(account, type, name, TriggerDesc);
  checkArgument(type, input.CustomArgument);
  assertSettled(fn, 'FailedOperation.CreateTrigger');
  const same = fn.triggers.filter((trigger) => trigger.type === type);
  if (type === 'cos') assertNoOverlap(account, name, parseCosDesc(TriggerDesc));
  else if (same.some((trigger) => trigger.name === name))
    throw new ApiError('ResourceInUse.TriggerName', `The trigger ${name} of ${fn.name} exists already.`);
  // One address for each version or alias [doc 583/100227].
  if (type === 'http' && same.some((trigger) => trigger.qualifier === qualifier))
    throw new ApiError(
      'ResourceInUse.Trigger',
      `The function ${fn.name} has a URL for ${qualifier} already.`,
    );
  if (same.length >= MAX_TRIGGERS)
    throw new ApiError(
      'LimitExceeded.Trigger',
      `The function ${fn.name} has ${MAX_TRIGGERS} of type ${type}.`,
    );
  const now = timeText();
  const trigger: StoredTrigger = {
    type,
    name,
    qualifier,
    desc,
    isOpen: isOpen(input.Enable, true),
    customArgument: input.CustomArgument ?? '',
    description: Description,
    addTime: now,
    modTime: now,
  };
  fn.triggers.push(trigger);
  return { TriggerInfo: triggerOf(trigger) };
});

/** What is left out stays as it is [guess]. */
export const updateTrigger = action(createTriggerRequest, (input, { account }) => {
  const fn = functionNamed(account, input);
  const type = typeOf(input.Type);
  // Only timer, ckafka and http [sdk].
  if (type === 'cos') throw new ApiError('UnsupportedOperation.Trigger', 'A cos trigger cannot be updated.');
  const trigger = triggerNamed(fn, type, input);
  const { TriggerDesc, CustomArgument, Description, Enable } = input;
  const desc =
    TriggerDesc === undefined
      ? trigger.desc
      : descText(account, type, trigger.name, TriggerDesc, trigger.desc);
  checkArgument(type, CustomArgument);
  assertSettled(fn, 'FailedOperation.FunctionStatusError');
  trigger.desc = desc;
  trigger.customArgument = CustomArgument ?? trigger.customArgument;
  trigger.description = Description ?? trigger.description;
  trigger.isOpen = isOpen(Enable, trigger.isOpen);
  trigger.modTime = timeText();
  return {};
});

export const deleteTrigger = action(deleteTriggerRequest, (input, { account }) => {
  const fn = functionNamed(account, input);
  const type = typeOf(input.Type);
  if (type === 'cos' && input.TriggerDesc === undefined)
    throw new ApiError('MissingParameter', 'TriggerDesc is required to delete a cos trigger.'); // [sdk]
  assertSettled(fn, 'FailedOperation.DeleteTrigger');
  // The triggers of one bucket have one name: the description tells them apart [guess].
  const desc =
    type === 'cos' ? cosDescText(input.TriggerName, parseCosDesc(input.TriggerDesc ?? '')) : undefined;
  const gone = triggerNamed(fn, type, input, desc);
  fn.triggers = fn.triggers.filter((trigger) => trigger !== gone);
  return {};
});

/** `Enable` is written OPEN or CLOSE and read back as 1 or 0 [sdk]. */
export function triggerOf(trigger: StoredTrigger): Trigger {
  return {
    Type: trigger.type,
    TriggerName: trigger.name,
    TriggerDesc: trigger.desc,
    Qualifier: trigger.qualifier,
    Enable: trigger.isOpen ? 1 : 0,
    CustomArgument: trigger.customArgument,
    Description: trigger.description,
    AvailableStatus: 'Available',
    AddTime: trigger.addTime,
    ModTime: trigger.modTime,
  };
}

function withoutDescription(trigger: Trigger, undescribedTypes: ReadonlySet<string>): Trigger {
  const { Description: _, ...bare } = trigger;
  return undescribedTypes.has(trigger.Type ?? '') ? bare : trigger;
}

function withoutUrl(trigger: StoredTrigger): StoredTrigger {
  return trigger.type === 'http' ? { ...trigger, desc: descWithoutUrl(trigger.desc) } : trigger;
}

/** Of the version or alias that it was made for, which is $LATEST when it is not said [sdk]. */
function triggerNamed(
  fn: StoredFunction,
  type: StoredTrigger['type'],
  { TriggerName: name, Qualifier: qualifier = '$LATEST' }: { TriggerName: string; Qualifier?: string },
  desc?: string,
): StoredTrigger {
  const alike = fn.triggers.filter((trigger) => trigger.type === type && trigger.name === name);
  const found = alike.find(
    (trigger) => trigger.qualifier === qualifier && (desc ?? trigger.desc) === trigger.desc,
  );
  if (found === undefined)
    throw new ApiError('ResourceNotFound.Trigger', `${fn.name} has no trigger ${name} for ${qualifier}.`);
  return found;
}
