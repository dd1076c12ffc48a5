/** A path as it may be logged: the token of a callback is in its path, right or nearly so, however it is written. */
export function withoutToken(path: string): string {
  return path.replace(/(callbacks(?:\/|%2f)+).+/is, '$1…');
}
