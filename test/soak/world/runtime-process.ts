/** The function runtime with the built bundles: gateway, timers, and events from the clouds. */

import { systemClock } from '../../../emulators/scf/clock.ts';
import { startRuntime } from '../../../emulators/scf/start-runtime.ts';
import { consoleOutput } from '../../../local/console/console-output.ts';
import { readService } from '../../../service/read-service.ts';
import { serveInvocations } from './invoke.ts';
import { readSettings, ready } from './part-process.ts';

export interface RuntimeSettings {
  readonly port: number;
  readonly invokePort: number;
  readonly serviceFile: string;
  readonly distDir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly credentials: { readonly secretId: string; readonly secretKey: string };
}

/** What waits for longer than this, such as the retry of an event, waits a tenth of it. */
const LONG_WAIT_MS = 20_000;

const settings = readSettings<RuntimeSettings>();
const { port, invokePort, distDir, credentials } = settings;
const runtime = await startRuntime({
  ...{ port, distDir, credentials },
  service: readService(settings.serviceFile, settings.environment),
  clock: {
    now: systemClock.now,
    schedule: (delayMs, run) => systemClock.schedule(delayMs > LONG_WAIT_MS ? delayMs / 10 : delayMs, run),
  },
  log: consoleOutput({ json: true }).log,
});
const closeInvocations = await serveInvocations(invokePort, runtime.invokeAsync);
ready(async () => {
  closeInvocations();
  await runtime.close();
});
