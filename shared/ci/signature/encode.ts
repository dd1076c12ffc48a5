/** What stays as it is: most texts of a request are nothing else. */
const UNRESERVED = /^[\w.~-]*$/;

/** Percent-encodes everything except `A-Za-z0-9-_.~`; encodeURIComponent alone leaves `!'()*` as they are. */
export function encode(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
