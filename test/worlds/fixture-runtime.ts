import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { bundle } from '../../deploy/build/bundle.ts';
import type { LogEntry } from '../../emulators/scf/log-entry.ts';
import { type Runtime, type RuntimeOptions, startRuntime } from '../../emulators/scf/start-runtime.ts';
import type { ServiceFunction } from '../../service/service.ts';

/** A function's source, and what differs from the usual settings. */
export type FixtureFunction = Partial<Omit<ServiceFunction, 'name'>> & { source: string };

export type FixtureRuntime = Runtime & {
  log: LogEntry[];
  /** Resolves with the entries of a kind as soon as there are so many. */
  untilLogged<K extends LogEntry['kind']>(kind: K, count: number): Promise<Extract<LogEntry, { kind: K }>[]>;
  /** Writes another source for a function and builds it. */
  rebuild(name: string, source: string): Promise<void>;
};

/** Builds functions from their sources and runs them until the test ends. */
export async function runFunctions(
  functions: Record<string, FixtureFunction>,
  options: Partial<RuntimeOptions> = {},
): Promise<FixtureRuntime> {
  const root = await mkdtemp(path.join(tmpdir(), 'jobwatch-runtime-'));
  const functionsDir = path.join(root, 'functions');
  const outdir = path.join(root, 'dist');
  await mkdir(functionsDir);
  const rebuild = async (name: string, source: string) => {
    await writeFile(path.join(functionsDir, `${name}.ts`), source);
    await bundle({ names: [name], functionsDir, outdir });
  };
  for (const [name, { source }] of Object.entries(functions)) await rebuild(name, source);

  const log: LogEntry[] = [];
  const waiters: Array<() => void> = [];
  const runtime = await startRuntime({
    port: 0,
    service: {
      name: 'fixture',
      region: 'ap-guangzhou',
      runtime: 'Nodejs20.19',
      rules: [],
      functions: Object.entries(functions).map(([name, { source: _, ...settings }]) => ({
        name,
        handler: 'index.main_handler',
        description: '',
        memorySize: 128,
        timeout: 10,
        environment: {},
        routes: [],
        timers: [],
        objectTriggers: [],
        asyncTrigger: { retryNum: 2, msgTTL: 21_600 },
        ...settings,
      })),
    },
    distDir: outdir,
    credentials: { secretId: 'id', secretKey: 'key' },
    log(entry) {
      log.push(entry);
      for (const look of waiters.splice(0)) look();
    },
    ...options,
  });
  onTestFinished(async () => {
    await runtime.close();
    await rm(root, { recursive: true, force: true });
  });
  const untilLogged: FixtureRuntime['untilLogged'] = async (kind, count) => {
    type Wanted = Extract<LogEntry, { kind: typeof kind }>;
    const wanted = () => log.filter((entry): entry is Wanted => entry.kind === kind);
    while (wanted().length < count) await new Promise<void>((resolve) => waiters.push(resolve));
    return wanted();
  };
  return { ...runtime, log, untilLogged, rebuild };
}

/** The value of a result that must be a success. */
export async function returned<T>(invoking: ReturnType<Runtime['invoke']>): Promise<T> {
  const result = await invoking;
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return result.value as T;
}
