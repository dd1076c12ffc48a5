import path from 'node:path';
import type { FunctionSet } from '../../service/service.ts';
import { startProcessGuard } from '../process-guard.ts';
import { asyncEvents } from './async-events.ts';
import { type Clock, systemClock } from './clock.ts';
import { MAX_SYNC_BYTES } from './failures.ts';
import { startGateway } from './gateway/start-gateway.ts';
import { type HostedFunction, hostFunction } from './hosted-function.ts';
import type { InvokeResult } from './invoke-result.ts';
import type { Log } from './log-entry.ts';
import type { Credentials } from './messages.ts';
import { startTimers } from './start-timers.ts';
import { timerEvent } from './timer-event.ts';

/** Enough for a few people who hold answers with ?wait=, few enough for a laptop. */
const DEFAULT_MAX_INSTANCES = 10;

export interface RuntimeOptions {
  /** Of the HTTP gateway; 0 for any free one. */
  port: number;
  /** Default: 127.0.0.1 */
  host?: string;
  service: FunctionSet;
  /** Holds `<function>/index.js`. */
  distDir: string;
  /** What functions find as their role's credentials; asked before every event. */
  credentials: Credentials | (() => Credentials);
  /** More variables for every function, over those of serverless.yml. */
  environment?: Readonly<Record<string, string>>;
  /** Of each function that states no limit of its own. */
  maxInstances?: number;
  /** Stop instances between events, as the platform does. Default: true, where the system can. */
  freeze?: boolean;
  /** What timers and the retries of asynchronous events go by. */
  clock?: Clock;
  log?: Log;
}

export interface Runtime {
  readonly port: number;
  /** Of the HTTP gateway, without a slash at the end. */
  readonly url: string;
  /** A synchronous event; resolves also when it fails. @throws RangeError for a function that does not exist */
  invoke(name: string, event: unknown): Promise<InvokeResult>;
  /** An asynchronous event, retried when it fails; resolves with the last attempt. */
  invokeAsync(name: string, event: unknown): Promise<InvokeResult>;
  /**
   * Lets a timer of a function tick now, enabled or not; by default its first. Resolves as `invokeAsync`.
   *
   * @throws RangeError for a timer that does not exist
   */
  fire(name: string, timerName?: string): Promise<InvokeResult>;
  /** Puts the current build of one function, or of all, to work; events under way end on the old one. */
  reload(name?: string): void;
  /** Stops the timers and the gateway, answers whoever waits with 503, lets asynchronous events
   * under way end within a second, and kills every instance. */
  close(): Promise<void>;
}

/**
 * Runs the bundles of a service as the platform would, answers their HTTP routes on one port and fires their timers.
 *
 * @throws when the port cannot be listened on
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { service, credentials, log = () => undefined, clock = systemClock } = options;
  const guard = startProcessGuard('KILL');
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
          maxInstances: fn.instances ?? options.maxInstances ?? DEFAULT_MAX_INSTANCES,
          freeze: (options.freeze ?? true) && process.platform !== 'win32',
          onInstance({ pid, exited }) {
            if (pid !== undefined) void exited.then(guard.watch(pid));
          },
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
  const events = asyncEvents(clock, log);
  const closeFunctions = async () => {
    await events.close();
    await Promise.all(Array.from(hosted.values(), (fn) => fn.close()));
    guard.close();
  };

  const { host = '127.0.0.1', port } = options;
  const { functions } = service;
  const environments = functions.map((fn) => ({ ...fn.environment, ...options.environment }));
  const isOpen = environments.some((environment) => environment['API_AUTH'] === 'none');
  // `*` opens what is read to every page; it is no reason to let every page submit.
  const pages = environments
    .flatMap((environment) => (environment['CORS_ORIGINS'] ?? '').split(',').map((origin) => origin.trim()))
    .filter((origin) => origin !== '' && origin !== '*');
  const listening = { host, port, functions, invoke, log, ...(isOpen ? { pages } : {}) };
  const gateway = await startGateway(listening).catch(async (error: unknown) => {
    await closeFunctions();
    throw error;
  });
  const timers = service.functions.flatMap((fn) =>
    fn.timers.map((timer) => ({ ...timer, functionName: fn.name })),
  );
  const fire = async (timer: (typeof timers)[number], dueMs: number) =>
    await events.send(functionNamed(timer.functionName), timerEvent(timer, dueMs));
  const stopTimers = startTimers(timers, clock, (timer, dueMs) => void fire(timer, dueMs));
  return {
    port: gateway.port,
    url: gateway.url,
    invoke,
    invokeAsync: async (name, event) => await events.send(functionNamed(name), event),
    async fire(name, timerName) {
      const timer = timers.find(
        (one) => one.functionName === name && (timerName === undefined || one.name === timerName),
      );
      if (timer === undefined)
        throw new RangeError(`expected a timer of ${name}, got ${timerName ?? 'none'}`);
      return await fire(timer, clock.now());
    },
    reload: (name) => {
      for (const fn of name === undefined ? hosted.values() : [functionNamed(name)]) fn.reload();
    },
    async close() {
      stopTimers();
      await Promise.all([gateway.close(), closeFunctions()]);
    },
  };
}
