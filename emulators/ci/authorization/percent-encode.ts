/** Percent-encodes everything but `A-Za-z0-9-_.~`, in upper-case hex, as signing asks [doc]. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
