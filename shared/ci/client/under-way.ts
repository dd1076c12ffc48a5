/** Requests that wait for their answer: an instance works on one event at a time, so all of them are that event's. */
const underWay = new Set<{ readonly operation: string }>();

/** Counts a request as under way until it is answered or has failed. */
export async function countAsUnderWay<T>(operation: string, request: Promise<T>): Promise<T> {
  const entry = { operation };
  underWay.add(entry);
  try {
    return await request;
  } finally {
    underWay.delete(entry);
  }
}

/** What Cloud Infinite is being asked right now, by the API's own names: what a run leaves that is out of time. */
export function askedRightNow(): string[] {
  return Array.from(underWay, ({ operation }) => operation);
}
