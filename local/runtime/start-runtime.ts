import path from 'node:path';
import type { Service } from '../../deploy/service/service.ts';
import { asyncEvents, type Schedule, scheduleByTimer } from './async-events.ts';
import { MAX_SYNC_BYTES } from './failures.ts';
import { startGateway } from './gateway/start-gateway.ts';
import { type HostedFunction, hostFunction } from './hosted-function.ts';
import { startInstanceGuard } from './instance-guard.ts';
import type { InvokeResult } from './invoke-result.ts';
import type { Log } from './log-entry.ts';
import type { Credentials } from './messages.ts';

/** Enough for a few people who hold answers with ?wait=, few enough for a laptop. */
const DEFAULT_MAX_INSTANCES = 10;

export type RuntimeOptions = {
  /** Of the HTTP gateway; 0 for any free one. */
  port: number;
  /** Default: 127.0.0.1 */
  host?: string;
  service: Service;
  /** Holds `<function>/index.js`. */
  distDir: string;
  /** What functions find as their role's credentials; asked before every event. */
  credentials: Credentials | (() => Credentials);
  /** More variables for every function, over those of serverless.yml. */
  environment?: Readonly<Record<string, string>>;
  /** Of each function. */
  maxInstances?: number;
  /** Stop instances between events, as the platform does. Default: true, where the system can. */
  freeze?: boolean;
  /** How the retries of asynchronous events are timed. */
  schedule?: Schedule;
  log?: Log;
};

export type Runtime = {
  readonly port: number;
  /** Of the HTTP gateway, without a slash at the end. */
  readonly url: string;
  /** A synchronous event; resolves also when it fails. @throws RangeError for a function that does not exist */
  invoke(name: string, event: unknown): Promise<InvokeResult>;
  /** An asynchronous event, retried when it fails; resolves with the last attempt. */
  invokeAsync(name: string, event: unknown): Promise<InvokeResult>;
  /** Puts the current build of one function, or of all, to work; events under way end on the old one. */
  reload(name?: string): void;
  /** Stops the gateway and kills every instance. */
  close(): Promise<void>;
};

/**
 * Runs the bundles of a service as the platform would, and answers their HTTP routes on one port.
 *
 * @throws when the port cannot be listened on
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { service, credentials, log = () => undefined, schedule = scheduleByTimer } = options;
  const guard = startInstanceGuard();
  const hosted = new Map<string, HostedFunction>();
  for (const fn of service.functions) {
    const environment = { ...fn.environment, ...options.environment };
    hosted.set(
      fn.name,
      hostFunction(
        { ...fn, environment },
        {
          file: path.resolve(options.distDir, fn.name, 'index.js'),
          region: service.region,
          credentials: typeof credentials === 'function' ? credentials : () => credentials,
          maxInstances: options.maxInstances ?? DEFAULT_MAX_INSTANCES,
          freeze: (options.freeze ?? true) && process.platform !== 'win32',
          onInstance: ({ pid, exited }) => pid !== undefined && guard.watch(pid, exited),
          log,
        },
      ),
    );
  }
  const functionNamed = (name: string) => {
    const fn = hosted.get(name);
    if (fn === undefined)
      throw new RangeError(`expected one of ${[...hosted.keys()].join(', ')}, got ${name}`);
    return fn;
  };
  const invoke = async (name: string, event: unknown) =>
    await functionNamed(name).invoke(event, { maxBytes: MAX_SYNC_BYTES });
  const events = asyncEvents(schedule, log);
  const closeFunctions = async () => {
    events.close();
    await Promise.all(Array.from(hosted.values(), (fn) => fn.close()));
    guard.close();
  };

  const { host = '127.0.0.1', port } = options;
  const gateway = await startGateway({ host, port, functions: service.functions, invoke, log }).catch(
    async (error: unknown) => {
      await closeFunctions();
      throw error;
    },
  );
  return {
    port: gateway.port,
    url: gateway.url,
    invoke,
    invokeAsync: async (name, event) => await events.send(name, functionNamed(name), event),
    reload: (name) => {
      for (const fn of name === undefined ? hosted.values() : [functionNamed(name)]) fn.reload();
    },
    async close() {
      await Promise.all([gateway.close(), closeFunctions()]);
    },
  };
}
