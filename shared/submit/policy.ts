import type { Config } from '../config.ts';
import type { Rule } from '../rules/rule.ts';
import { callbackAddress } from './callback-address.ts';

/** What an instance submits, and how: the rules of its bundle and its configuration. */
export interface SubmitPolicy {
  readonly rules: readonly Rule[];
  /** where CI is to tell that a job has ended; undefined: nowhere */
  readonly callback: string | undefined;
  /** CI_MAX_RPS */
  readonly ciMaxRps: number;
  /** SUBMIT_SETTLE_SECONDS: how long after a POST's deadline CI may take to list its job */
  readonly lookAfterSeconds: number;
}

/** The rule of that name, unless it is gone or the configuration pauses it. */
export function activeRule({ rules }: Pick<SubmitPolicy, 'rules'>, name: string): Rule | undefined {
  return rules.find((rule) => rule.name === name && !rule.paused);
}

export function submitPolicy(config: Config, rules: readonly Rule[]): SubmitPolicy {
  return {
    rules,
    callback: callbackAddress(config.callbackUrl, config.callbackToken),
    ciMaxRps: config.ciMaxRps,
    lookAfterSeconds: config.submitSettleSeconds,
  };
}
