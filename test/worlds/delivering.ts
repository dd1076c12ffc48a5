import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DeliverSummary } from '../../shared/notify/deliver-run.ts';
import { type Asker, loadFunction, loadHandler } from './load-function.ts';
import { type LoggedLine, logged } from './logged.ts';
import { newSecret, startReceiver, textOf } from './receiver.ts';
import { BUCKET, REGION } from './test-cloud.ts';
import { startToldWorld } from './told-world.ts';

const CONTEXT = { request_id: 'deliver', time_limit_in_ms: 60_000 };

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** One endpoint of WEBHOOKS. */
export interface GivenEndpoint {
  readonly name: string;
  readonly events: readonly string[];
}

export type ShownDelivery = Record<string, unknown> & { Id: string };
export type Delivering = Awaited<ReturnType<typeof startDelivering>>;

/** An endpoint that wants these types of events, or all. */
export function wants(name: string, ...types: string[]): GivenEndpoint {
  return { name, events: types.length === 0 ? ['*'] : types.map((type) => `jobwatch.job.${type}`) };
}

/** Jobs that change, deliver as it is deployed, and a server that is every endpoint; each accepts until it is told otherwise. */
export async function startDelivering() {
  const world = await startToldWorld();
  const lines = logged();
  const answers = new Map<string, Answer>();
  const receiver = await startReceiver((response, request) => {
    const answer = answers.get((request.url ?? '').slice(1)) ?? accept;
    answer(response, request);
  });
  const secret = textOf(newSecret());
  const env = { DATABASE_URL: world.url, CI_BUCKETS: `${BUCKET}@${REGION}`, API_AUTH: 'none' };
  const asked = new Map<string, Promise<Asker>>();

  async function ask(name: 'describe' | 'api', path: string, more: Parameters<Asker>[1]) {
    const loading = asked.get(name) ?? loadFunction(name, env);
    asked.set(name, loading);
    return (await loading)(path, more);
  }

  return {
    ...world,
    env,
    secret,
    received: receiver.received,

    /** What the functions logged with this code. */
    linesWith: (code: string): LoggedLine[] => lines().filter((line) => line.code === code),
    lines,

    /** From now on the endpoint answers so. */
    answer(name: string, status: number, headers: Record<string, string> = {}): void {
      answers.set(name, (response) => response.writeHead(status, headers).end());
    },
    /** From now on the endpoint answers when the test wants it to. */
    hold(name: string): ServerResponse[] {
      const held: ServerResponse[] = [];
      answers.set(name, (response) => held.push(response));
      return held;
    },
    answerBy(name: string, answer: Answer): void {
      answers.set(name, answer);
    },

    /** The ids of the events that came to an endpoint, in the order in which they came. */
    cameTo: (name: string): string[] =>
      receiver.received
        .filter(({ url }) => url === `/${name}`)
        .map(({ headers }) => String(headers['webhook-id'])),

    /** Another instance of deliver, with these endpoints; each call is one run. */
    async deliverTo(...endpoints: (string | GivenEndpoint)[]): Promise<() => Promise<DeliverSummary>> {
      const WEBHOOKS = JSON.stringify(
        endpoints
          .map((endpoint) => (typeof endpoint === 'string' ? wants(endpoint) : endpoint))
          .map(({ name, events }) => ({
            name,
            events,
            url: `http://127.0.0.1:${receiver.port}/${name}`,
            secrets: [secret],
          })),
      );
      const variables = { ...env, CI_BUCKETS: '', WEBHOOKS, WEBHOOK_ALLOW_HOSTS: '127.0.0.1' };
      const handler = await loadHandler('deliver', variables);
      return async () => (await handler({}, { ...CONTEXT })) as DeliverSummary;
    },

    /** New jobs that have succeeded at once: one event each, whose ids are given in their order. */
    async succeed(count = 1): Promise<string[]> {
      const jobIds = await world.watchJobs(count);
      await world.hear(jobIds, 'Success', 1);
      const events = await world.eventIds();
      return jobIds.flatMap((jobId) => events.get(jobId) ?? []);
    },

    get: (path: string, query: Record<string, string> = {}) => ask('describe', path, { query }),
    post: (path: string, query: Record<string, string> = {}) => ask('api', path, { method: 'POST', query }),
    /** What `GET /deliveries` shows, the newest first. */
    async deliveries(query: Record<string, string> = {}): Promise<ShownDelivery[]> {
      const { json } = await ask('describe', '/deliveries', { query });
      const { Deliveries } = json;
      if (!Array.isArray(Deliveries)) throw new Error(`expected Deliveries, got ${JSON.stringify(json)}`);
      return Deliveries;
    },
  };
}

function accept(response: ServerResponse): void {
  response.writeHead(204).end();
}
