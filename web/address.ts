/** Everything that a screen shows stands in the part of the address behind `#`: a link leads there, and back works. */
export interface Address {
  /** `jobs`, `failures`, … */
  readonly screen: string;
  /** of one thing, such as a job; '' for the whole screen */
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
}

export function readAddress(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const [screen = '', ...rest] = path.split('/');
  return {
    screen: screen === '' ? 'jobs' : screen,
    id: decoded(rest.join('/')),
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

/** @param query what is '' is left out */
export function hashOf(screen: string, id = '', query: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  const search = new URLSearchParams(given).toString();
  return `#/${screen}${id === '' ? '' : `/${encodeURIComponent(id)}`}${search === '' ? '' : `?${search}`}`;
}

/** Somebody may have typed it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
