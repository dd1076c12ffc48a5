import { parseRule } from '../../shared/rules/parse-rule.ts';
import type { Rule } from '../../shared/rules/rule.ts';
import type { SubmitPolicy } from '../../shared/submit/policy.ts';
import { loadHandler } from './load-function.ts';
import { eventOf, type Write } from './object-events.ts';
import { SETTLE_SECONDS, startWorld, type World } from './submit-world.ts';
import { BUCKET, REGION } from './test-cloud.ts';

/** The rule of serverless.yml, with what a test changes. */
export function ruleOf(change: object = {}): Rule {
  return parseRule(
    {
      name: 'clips-to-gif',
      bucket: BUCKET,
      prefix: 'clips/',
      suffixes: ['.mp4'],
      job: { Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif' } } },
      output: { object: 'gifs/${dir}${name}.${ext}' },
      ...change,
    },
    REGION,
  );
}

/** How a function submits by these rules. */
export function policyOf(...rules: readonly Rule[]): SubmitPolicy {
  return { rules, callback: undefined, ciMaxRps: 50, lookAfterSeconds: SETTLE_SECONDS };
}

interface Taken {
  intended: number;
  outputs: number;
  ignored: number;
}

export interface RuledWorld extends World {
  /** One event of these writes; resolves with what the function says of it. */
  readonly drop: (...writes: readonly Write[]) => Promise<Taken>;
  /** How many intents wait for something. */
  readonly unsettled: () => Promise<number>;
  /** The keys of which CI has jobs, in their order. */
  readonly inputsAtCi: () => Promise<string[]>;
}

/** A world in which on-object and recheck work by these rules. */
export async function startRuledWorld(
  rules: readonly Rule[] = [ruleOf()],
  more: Record<string, string> = {},
): Promise<RuledWorld> {
  const world = await startWorld({ CALLBACK_URL: '', CALLBACK_TOKEN: '', ...more }, undefined, rules);
  const onObject = await loadHandler('on-object', world.env, rules);
  return {
    ...world,
    async drop(...writes) {
      const taken = await onObject(eventOf(...writes), { request_id: 'event', time_limit_in_ms: 60_000 });
      return taken as Taken;
    },
    async unsettled() {
      const [row] = await world.sql`select count(*)::int as count from intents where settled_at is null`;
      return Number(row?.['count']);
    },
    async inputsAtCi() {
      const jobs = await world.jobsAtCi();
      return jobs.map(({ Input }) => Input?.Object ?? '').sort();
    },
  };
}
