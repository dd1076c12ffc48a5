import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { AsyncTrigger, FunctionSettings } from '../../service/service.ts';
import { systemClock } from './clock.ts';
import {
  failureOf,
  type InvokeFailure,
  MAX_SYNC_BYTES,
  noInstanceFree,
  requestTooLarge,
  responseTooLarge,
} from './failures.ts';
import { type EventAnswer, type Instance, startInstance } from './instance.ts';
import { InstancePool } from './instance-pool.ts';
import { instanceEnvironment, invocationContext } from './invocation-context.ts';
import type { InvokeResult, Outcome } from './invoke-result.ts';
import type { Log } from './log-entry.ts';
import type { Credentials } from './messages.ts';

export interface HostOptions {
  /** The function's bundle. */
  file: string;
  region: string;
  credentials: () => Credentials;
  maxInstances: number;
  freeze: boolean;
  onInstance: (instance: Instance) => void;
  log: Log;
}

export interface HostedFunction {
  readonly name: string;
  readonly asyncTrigger: AsyncTrigger;
  /** Hands over one event; never rejects for what the function does. */
  invoke(event: unknown, limits: InvokeLimits): Promise<InvokeResult>;
  reload(): void;
  close(): Promise<void>;
}

interface InvokeLimits {
  maxBytes: number;
  /**
   * Ends the wait for an instance. By default an event waits for as long as the function may run: [guess] the platform
   * refuses a synchronous event at its limit; on one machine, where the limit is small, waiting comes first.
   */
  giveUp?: AbortSignal;
}

/** Keeps the instances of one function and runs events on them, with the platform's limits. */
export function hostFunction(fn: FunctionSettings, options: HostOptions): HostedFunction {
  const { log, maxInstances } = options;
  const timeoutMs = fn.timeout * 1000;
  const pool = new InstancePool(startOne, maxInstances);
  /** The event that each busy instance works on, for the lines it prints. */
  const requestOf = new WeakMap<Instance, string>();

  function startOne(): Instance {
    const instance = startInstance({
      file: options.file,
      exportName: fn.handler.slice(fn.handler.indexOf('.') + 1),
      memoryLimitMb: fn.memorySize,
      environment: instanceEnvironment(fn, options.region),
      freeze: options.freeze,
      onLine(text) {
        const requestId = requestOf.get(instance);
        log({ kind: 'line', functionName: fn.name, ...(requestId === undefined ? {} : { requestId }), text });
      },
    });
    options.onInstance(instance);
    return instance;
  }

  async function run(requestId: string, event: string, giveUp: AbortSignal): Promise<Outcome> {
    const instance = await pool.acquire(giveUp);
    if (instance === undefined) return failed(noInstanceFree(maxInstances));
    requestOf.set(instance, requestId);
    try {
      const loaded = await instance.loaded;
      if (loaded.kind !== 'loaded') {
        instance.kill();
        return failed(failureOf(loaded));
      }
      const context = invocationContext(fn, { requestId, region: options.region });
      const startedAt = performance.now();
      const answer = await instance.run({ event, context, credentials: options.credentials() }, timeoutMs);
      return outcomeOf(answer, performance.now() - startedAt);
    } finally {
      requestOf.delete(instance);
      pool.release(instance);
    }
  }

  return {
    name: fn.name,
    asyncTrigger: fn.asyncTrigger,
    async invoke(event, { maxBytes, giveUp }) {
      const requestId = randomUUID();
      const text = JSON.stringify(event) ?? 'null';
      const bytes = Buffer.byteLength(text);
      const waitLimit = new AbortController();
      const cancelLimit = systemClock.schedule(timeoutMs, () => waitLimit.abort());
      const outcome =
        bytes > maxBytes
          ? failed(requestTooLarge(bytes, maxBytes))
          : await run(requestId, text, giveUp ?? waitLimit.signal);
      cancelLimit();
      log({
        kind: 'report',
        functionName: fn.name,
        requestId,
        durationMs: outcome.durationMs,
        peakMemoryBytes: outcome.peakMemoryBytes,
        memoryLimitMb: fn.memorySize,
        ...(outcome.ok ? {} : { failure: outcome.failure }),
      });
      return { ...outcome, requestId };
    },
    reload: () => pool.reload(),
    close: () => pool.close(),
  };
}

function outcomeOf(answer: EventAnswer, durationMs: number): Outcome {
  if (answer.kind !== 'returned') {
    const peakMemoryBytes = answer.kind === 'threw' ? answer.peakMemoryBytes : 0;
    return { ok: false, failure: failureOf(answer), durationMs, peakMemoryBytes };
  }
  const { body, peakMemoryBytes } = answer;
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_SYNC_BYTES)
    return { ok: false, failure: responseTooLarge(bytes), durationMs, peakMemoryBytes };
  return { ok: true, value: JSON.parse(body), durationMs, peakMemoryBytes };
}

function failed(failure: InvokeFailure): Outcome {
  return { ok: false, failure, durationMs: 0, peakMemoryBytes: 0 };
}
