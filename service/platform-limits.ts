/**
 * What the platform accepts in a function's configuration. Source: Tencent Cloud's pages on SCF quotas and on
 * CreateFunction, unless a line says that it is a guess.
 */

/** 2 to 60 characters: a letter first, a letter or digit last. */
export const FUNCTION_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]$/;

/** In one namespace, and all of ours are in the default one [doc 583/11637]. */
export const MAX_FUNCTIONS = 50;

/** `index.<export>`, since a zip holds one `index.js`: 2 to 60 characters, a letter first and last. */
export const HANDLER = /^index\.[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z]$/;

/** Of the service: what stands before the stage in the names of its functions. Serverless wants no underscore. */
export const SERVICE_NAME = /^[A-Za-z][A-Za-z0-9-]+$/;

/** It stands in function names; Serverless has the same rule. */
export const STAGE = /^[A-Za-z0-9-]+$/;

/** Region names are lower-case words joined by dashes, such as `ap-guangzhou` or `ap-shanghai-fsi` [guess]. */
export const REGION = /^[a-z]{2,}(-[a-z0-9]+)+$/;

/** The platform takes 1000; the rest is for what a deployment notes there. */
export const MAX_DESCRIPTION_CHARACTERS = 850;
/**
 * Letters, digits, spaces, commas and full stops; "Chinese is supported", with its punctuation [guess]. No line
 * breaks: one page allows them, another does not name them.
 */
export const DESCRIPTION = /^[A-Za-z0-9 ,.\p{Script=Han}，。]*$/u;

/** The forms of ids that the console shows [guess]. */
export const VPC_ID = /^vpc-[0-9a-z]+$/;
export const SUBNET_ID = /^subnet-[0-9a-z]+$/;
export const CERTIFICATE_ID = /^[0-9A-Za-z-]+$/;

/** CAM's names of roles [guess]. */
export const ROLE_NAME = /^[A-Za-z0-9+=,.@_-]{1,128}$/;

/** A custom domain: labels of at most 63 characters, 253 in all [RFC 1035]; a wildcard is not taken. */
export const DOMAIN_NAME =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;

export const SMALLEST_MEMORY_MB = 64;
export const MEMORY_STEP_MB = 128;
export const LARGEST_MEMORY_MB = 3072;

/**
 * What functions with a limit of instances may have together: an account's default of 128 000 MB a region, less the
 * 12 800 MB that are kept for functions without one [doc 583/39224]. Some regions have 64 000 MB [doc 583/11637]: there
 * it is the platform that refuses.
 */
export const MAX_RESERVED_MB = 115_200;

export const MIN_TIMEOUT_S = 1;
export const MAX_TIMEOUT_S = 900;

/** 2 to 64 bytes. */
export const ENVIRONMENT_NAME = /^[A-Za-z][A-Za-z0-9_]{1,63}$/;
export const RESERVED_ENVIRONMENT_PREFIXES = ['SCF_', 'QCLOUD_', 'TENCENTCLOUD_'];

/** Names and values of one function together; that both count is a guess, and the stricter reading. */
export const MAX_ENVIRONMENT_BYTES = 4096;

/** Room for a URL that only a deployment knows; the platform's own have about 70 bytes [guess]. */
export const MAX_URL_BYTES = 128;

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

/**
 * A zip inside a request. SCF takes 20 MB in an update, but a signed request has 10 MB at most [doc 1278/46710]: a zip
 * in base64 takes four thirds of its size, and some room is left for the rest.
 */
export const MAX_ZIP_BYTES = 7_000_000;
/** What the zip unpacks to. */
export const MAX_CODE_BYTES = 500 * 1024 * 1024;

/** 64 MB, or a multiple of 128 MB up to 3072 MB. */
export function isMemorySize(megabytes: number): boolean {
  if (megabytes === SMALLEST_MEMORY_MB) return true;
  return megabytes >= MEMORY_STEP_MB && megabytes <= LARGEST_MEMORY_MB && megabytes % MEMORY_STEP_MB === 0;
}
