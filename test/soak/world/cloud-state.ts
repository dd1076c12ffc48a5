/** What a local cloud is told through its control surface; it forgets it when it is killed. */
export interface CloudState {
  faults: readonly object[];
  events: object;
  offsetMs: number;
}

/** Tells it all. */
export async function setUp(port: number, { faults, events, offsetMs }: CloudState): Promise<void> {
  await control(port, 'PUT', 'faults', faults);
  await control(port, 'PUT', 'events', events);
  await control(port, 'PUT', 'clock', { offsetMs });
}

/** @throws Error when there is no answer, or it is a refusal */
export async function control<T>(port: number, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${port}/_control/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} /_control/${path}: ${answer.status} ${text}`);
  return JSON.parse(text || '{}');
}
