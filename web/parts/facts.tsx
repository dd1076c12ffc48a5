import { Pairs } from './pairs.tsx';

/** What a job was asked to do, a line for each value that was given: `Animation.Video.Width` 320. */
export function Facts({ operation }: { readonly operation: unknown }) {
  const facts = factsOf(operation, '');
  if (facts.length === 0) return <p class="dim">–</p>;
  return <Pairs of={facts} />;
}

/** Not what came of it, nor where it lies: that stands elsewhere. */
const LEFT_OUT: readonly string[] = ['MediaInfo', 'MediaResult', 'Output', 'UserData'];

function factsOf(value: unknown, path: string): [string, string][] {
  if (typeof value !== 'object' || value === null)
    return value === '' || value === undefined ? [] : [[path, String(value)]];
  return Object.entries(value).flatMap(([name, below]) =>
    path === '' && LEFT_OUT.includes(name) ? [] : factsOf(below, path === '' ? name : `${path}.${name}`),
  );
}
