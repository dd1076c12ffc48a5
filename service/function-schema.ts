import * as v from 'valibot';
import { textOf, wholeNumber } from './field-schemas.ts';
import {
  DEFAULT_MSG_TTL_S,
  DEFAULT_RETRY_NUM,
  DESCRIPTION,
  ENVIRONMENT_NAME,
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
  RESERVED_ENVIRONMENT_PREFIXES,
  SMALLEST_MEMORY_MB,
} from './platform-limits.ts';
import { triggersSchema } from './triggers-schema.ts';
import { environmentBytes } from './url-variables.ts';

const environmentName = v.pipe(
  textOf(ENVIRONMENT_NAME, 'a name of 2–64 letters, digits and _, a letter first'),
  v.check(
    (name) => !RESERVED_ENVIRONMENT_PREFIXES.some((prefix) => name.startsWith(prefix)),
    `a name that does not start with ${RESERVED_ENVIRONMENT_PREFIXES.join(', ')}, which the platform keeps for itself`,
  ),
);

const environment = v.pipe(
  v.record(environmentName, v.string()),
  v.check(
    (all) => environmentBytes(all) <= MAX_ENVIRONMENT_BYTES,
    `names and values of at most ${MAX_ENVIRONMENT_BYTES} bytes in all`,
  ),
);

/** What stands below `functions.<name>`. */
export const functionSchema = v.strictObject({
  handler: textOf(
    HANDLER,
    'index.<export>, such as index.main_handler: the code of a function is one index.js',
  ),
  description: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(MAX_DESCRIPTION_CHARACTERS, `at most ${MAX_DESCRIPTION_CHARACTERS} characters`),
      v.regex(DESCRIPTION, 'letters, digits, spaces, commas and full stops'),
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
  // Without credentials nobody can misuse them; else the service's role, or one of the function's own.
  role: v.exactOptional(v.literal('none', 'none, for a function that asks the cloud for nothing')),
  environment: v.optional(environment, {}),
  events: v.optional(triggersSchema, []),
});
