/** Every limit, timeout and retry of a deployment. */

/** A request, the upload of a package included. */
export const REQUEST_TIMEOUT_S = 60;

/** What a synchronous call may take beyond the function's own timeout: a cold start. */
export const INVOKE_SLACK_S = 30;

/** How many of the account's functions are read at once; the API allows 20 requests a second [doc]. */
export const READS_AT_ONCE = 4;

/** A throttled request did nothing and is sent again; a read also after an error of the network or the API. */
export const MAX_API_ATTEMPTS = 6;
export const FIRST_BACKOFF_MS = 500;
export const MAX_BACKOFF_MS = 8000;

/** How often a function that is being created or changed is looked at, and for how long. */
export const FIRST_POLL_MS = 500;
export const MAX_POLL_MS = 4000;
export const POLL_GROWTH = 1.5;
export const SETTLE_TIMEOUT_MS = 300_000;

/** How often the account is read again after a write whose outcome is not known, or that does not show yet. */
export const MAX_REREADS = 4;

/** Functions, their URLs in each other's environment, and what somebody else changed meanwhile. */
export const MAX_PASSES = 6;

/** The documented default of ListFunctions and ListTriggers. */
export const PAGE_SIZE = 20;

/** GetFunctionLogs looks at no more than a day, and at no more than this many entries [sdk]. */
export const LOG_WINDOW_MS = 86_400_000;
export const MAX_LOG_ENTRIES = 10_000;
export const LOG_PAGE_SIZE = 100;
