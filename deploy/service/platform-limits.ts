/**
 * What the platform accepts in a function's configuration. Source: Tencent Cloud's pages on SCF quotas and on
 * CreateFunction, unless a line says that it is a guess.
 */

/** 2 to 60 characters: a letter first, a letter or digit last. */
export const FUNCTION_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]$/;

/** `<file>.<function>`: the file lies at the root of the zip, so neither part has a slash. */
export const HANDLER = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_]+$/;

/** Region names are lower-case words joined by dashes, such as `ap-guangzhou` or `ap-shanghai-fsi` [guess]. */
export const REGION = /^[a-z]{2,}(-[a-z0-9]+)+$/;

export const MAX_DESCRIPTION_CHARACTERS = 1000;

export const SMALLEST_MEMORY_MB = 64;
export const MEMORY_STEP_MB = 128;
export const LARGEST_MEMORY_MB = 3072;

export const MIN_TIMEOUT_S = 1;
export const MAX_TIMEOUT_S = 900;

/** 2 to 64 bytes. */
export const ENVIRONMENT_NAME = /^[A-Za-z][A-Za-z0-9_]{1,63}$/;
export const RESERVED_ENVIRONMENT_PREFIXES = ['SCF_', 'QCLOUD_', 'TENCENTCLOUD_'];

/** Names and values of one function together; that both count is a guess, and the stricter reading. */
export const MAX_ENVIRONMENT_BYTES = 4096;

/** Of one type, at one function. */
export const MAX_TRIGGERS = 10;

/** 1 to 60 characters, a letter first; unique at its function [doc 583/9708]. */
export const TIMER_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,59}$/;
export const MAX_TIMER_ARGUMENT_BYTES = 4096;

/** How often a failed asynchronous event is handed over again. That there are no more than two is a guess. */
export const MAX_RETRY_NUM = 2;
export const DEFAULT_RETRY_NUM = 2;

/** How long an asynchronous event may wait and be retried, in seconds; the smallest is a guess. */
export const MIN_MSG_TTL_S = 60;
export const MAX_MSG_TTL_S = 21_600;
export const DEFAULT_MSG_TTL_S = 21_600;

/** 64 MB, or a multiple of 128 MB up to 3072 MB. */
export function isMemorySize(megabytes: number): boolean {
  if (megabytes === SMALLEST_MEMORY_MB) return true;
  return megabytes >= MEMORY_STEP_MB && megabytes <= LARGEST_MEMORY_MB && megabytes % MEMORY_STEP_MB === 0;
}
