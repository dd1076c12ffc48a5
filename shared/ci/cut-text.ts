/** Text from outside is no longer than this wherever it enters an error, a log line, a LastError or an answer. */
const LONGEST_TEXT = 200;

/** What PostgreSQL cannot keep: NUL, and half a pair of surrogates, such as a cut may leave. */
const NOT_STORABLE = /[\0\p{Surrogate}]/gu;

/** Shortens text from outside, and makes it one that can be written down anywhere. */
export function cutText(text: string): string {
  const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
  return short.replace(NOT_STORABLE, '\uFFFD');
}
