import * as v from 'valibot';
import { cronSchedule } from './cron-schedule.ts';
import { textOf } from './field-schemas.ts';
import { MAX_TIMER_ARGUMENT_BYTES, MAX_TRIGGERS, TIMER_NAME } from './platform-limits.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const ROUTE = /^([A-Z]+) (\/(?:[A-Za-z0-9._~-]+|\{[a-z]+\})?(?:\/(?:[A-Za-z0-9._~-]+|\{[a-z]+\}))*)$/;

const route = v.pipe(
  textOf(ROUTE, 'a method and a path, such as GET /jobs/{ids}'),
  v.transform((text) => {
    const [, method = '', path = ''] = ROUTE.exec(text) ?? [];
    return { method, path };
  }),
  v.check(({ method }) => METHODS.includes(method), `one of the methods ${METHODS.join(', ')}`),
);

const timer = v.strictObject({
  name: textOf(TIMER_NAME, 'a name of 1–60 letters, digits, _ and -, a letter first'),
  cron: v.pipe(
    v.string('a cron of 7 fields'),
    v.check(
      (text) => cronProblem(text) === undefined,
      ({ input }) => cronProblem(input) ?? '',
    ),
  ),
  enabled: v.optional(v.boolean(), true),
  argument: v.optional(
    v.pipe(v.string(), v.maxBytes(MAX_TIMER_ARGUMENT_BYTES, `at most ${MAX_TIMER_ARGUMENT_BYTES} bytes`)),
    '',
  ),
});

const kinds = v.strictObject({
  url: v.exactOptional(v.strictObject({ routes: v.array(route) })),
  timer: v.exactOptional(timer),
  // One COS trigger for each prefix and output of custom.rules: nothing is described twice.
  cos: v.exactOptional(v.literal('rules', 'rules: the triggers are derived from custom.rules')),
});

/** The events that a function may have in serverless.yml. */
export const TRIGGER_KINDS: readonly string[] = Object.keys(kinds.entries);

const trigger = v.pipe(
  kinds,
  v.check((given) => Object.keys(given).length === 1, 'one of url, timer and cos'),
);

/** What calls a function: its routes, its timers and the objects of the rules. */
export const triggersSchema = v.pipe(
  v.array(trigger),
  v.check((all) => {
    const names = all.flatMap((one) => one.timer?.name ?? []);
    return new Set(names).size === names.length;
  }, 'timers of different names'),
  v.check(
    (all) => all.filter((one) => one.timer !== undefined).length <= MAX_TRIGGERS,
    `at most ${MAX_TRIGGERS} timers`,
  ),
  v.check((all) => all.filter((one) => one.url !== undefined).length <= 1, 'one url with all its routes'),
  v.check((all) => all.filter((one) => one.cos !== undefined).length <= 1, 'cos: rules once'),
);

function cronProblem(text: string): string | undefined {
  try {
    cronSchedule(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
