/** Requests that wait for their answer: an instance works on one event at a time, so all of them are that event's. */
const underWay = new Set<{ readonly operation: string }>();

/** Keeps a request among those under way until it is answered or has failed. */
export async function trackRequest<T>(operation: string, request: Promise<T>): Promise<T> {
  const entry = { operation };
  underWay.add(entry);
  try {
    return await request;
  } finally {
    underWay.delete(entry);
  }
}

/** The operations whose answers are awaited, by the API's own names: what a run that is out of time leaves behind. */
export function operationsUnderWay(): string[] {
  return Array.from(underWay, ({ operation }) => operation);
}
