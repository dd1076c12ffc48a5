/** How many lines are remembered, the latest. */
const REMEMBERED = 10_000;

/** Tells whether a line comes for the first time. */
export function toldOnce(): (line: string) => boolean {
  const told = new Set<string>();
  return (line) => {
    if (told.has(line)) return false;
    told.add(line);
    const [oldest] = told;
    if (told.size > REMEMBERED && oldest !== undefined) told.delete(oldest);
    return true;
  };
}
