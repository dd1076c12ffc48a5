import * as v from 'valibot';
import {
  DEFAULT_MSG_TTL_S,
  DEFAULT_RETRY_NUM,
  ENVIRONMENT_NAME,
  FUNCTION_NAME,
  HANDLER,
  isMemorySize,
  LARGEST_MEMORY_MB,
  MAX_DESCRIPTION_CHARACTERS,
  MAX_ENVIRONMENT_BYTES,
  MAX_MSG_TTL_S,
  MAX_RETRY_NUM,
  MAX_TIMEOUT_S,
  MEMORY_STEP_MB,
  MIN_MSG_TTL_S,
  MIN_TIMEOUT_S,
  REGION,
  RESERVED_ENVIRONMENT_PREFIXES,
  SMALLEST_MEMORY_MB,
} from './platform-limits.ts';
import { triggersSchema } from './triggers-schema.ts';

const functionName = v.pipe(
  v.string(),
  v.regex(FUNCTION_NAME, '2–60 letters, digits, _ and -, a letter first, a letter or digit last'),
);

const wholeNumber = (min: number, max: number, unit = '') => {
  const expected = `a whole number from ${min} to ${max}${unit}`;
  return v.pipe(
    v.number(expected),
    v.check((value) => Number.isInteger(value) && value >= min && value <= max, expected),
  );
};

const environmentName = v.pipe(
  v.string(),
  v.regex(ENVIRONMENT_NAME, 'a name of 2–64 letters, digits and _, a letter first'),
  v.check(
    (name) => !RESERVED_ENVIRONMENT_PREFIXES.some((prefix) => name.startsWith(prefix)),
    `a name that does not start with ${RESERVED_ENVIRONMENT_PREFIXES.join(', ')}, which the platform keeps for itself`,
  ),
);

const environment = v.pipe(
  v.record(environmentName, v.string()),
  v.transform((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))),
  v.check(
    (all) => environmentBytes(all) <= MAX_ENVIRONMENT_BYTES,
    `names and values of at most ${MAX_ENVIRONMENT_BYTES} bytes in all`,
  ),
);

const serviceFunction = v.strictObject({
  handler: v.pipe(
    v.string(),
    v.regex(HANDLER, '<file>.<export> without a slash, such as index.main_handler'),
  ),
  description: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(MAX_DESCRIPTION_CHARACTERS, `at most ${MAX_DESCRIPTION_CHARACTERS} characters`),
    ),
    '',
  ),
  memorySize: v.pipe(
    v.number('a number of megabytes'),
    v.check(
      isMemorySize,
      `${SMALLEST_MEMORY_MB}, or ${MEMORY_STEP_MB}–${LARGEST_MEMORY_MB} in steps of ${MEMORY_STEP_MB} (MB)`,
    ),
  ),
  timeout: wholeNumber(MIN_TIMEOUT_S, MAX_TIMEOUT_S, ' (seconds)'),
  // The platform keeps it as a share of the account's memory (ReservedConcurrencyMem): as many times memorySize.
  instances: v.exactOptional(
    v.pipe(
      v.number('a number of instances'),
      v.check((value) => Number.isInteger(value) && value >= 1, 'a whole number from 1 on'),
    ),
  ),
  asyncTrigger: v.optional(
    v.strictObject({
      retryNum: v.optional(wholeNumber(0, MAX_RETRY_NUM), DEFAULT_RETRY_NUM),
      msgTTL: v.optional(wholeNumber(MIN_MSG_TTL_S, MAX_MSG_TTL_S, ' (seconds)'), DEFAULT_MSG_TTL_S),
    }),
    {},
  ),
  environment: v.optional(environment, {}),
  events: v.optional(triggersSchema, []),
});

/** The part of Serverless' format that we use; unknown keys are refused, so that a slip is not simply ignored. */
export const serviceSchema = v.strictObject({
  service: functionName,
  configValidationMode: v.literal('error', 'error, since by default Serverless only warns'),
  provider: v.strictObject({
    name: v.literal('tencent'),
    region: v.pipe(v.string(), v.regex(REGION, 'a region such as ap-guangzhou')),
    runtime: v.pipe(v.string(), v.minLength(1, 'a runtime such as Nodejs20.19')),
  }),
  custom: v.optional(v.strictObject({ rules: v.optional(v.array(v.unknown(), 'a list of rules'), []) }), {}),
  functions: v.record(functionName, serviceFunction),
});

function environmentBytes(environment: Record<string, string>): number {
  return Object.entries(environment).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
}
