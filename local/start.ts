/**
 * `npm start`: everything on one machine. Builds the functions, starts a local Cloud Infinite + COS and the function
 * runtime, turns a sample clip into a GIF, and keeps running. `--watch` builds and reloads on change, `--live` works
 * with the real service.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, watchBundles } from '../deploy/bundle.ts';
import { readService } from '../deploy/service/read-service.ts';
import { consoleOutput } from './console-output.ts';
import { liveCredentials, liveEnvironment, localEnvironment } from './function-environment.ts';
import { listening } from './listening.ts';
import { startRuntime } from './runtime/start-runtime.ts';
import { readSettings } from './settings.ts';
import { isOneSentence } from './start-error.ts';
import { startLocalCloud } from './start-local-cloud.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { thingsToTry } from './things-to-try.ts';
import { trySample } from './try-sample.ts';
import { waitUntilAnswering } from './wait-until-answering.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What to undo at the end, the latest first. */
const undo: Array<() => Promise<void>> = [];

async function start(): Promise<void> {
  const { env } = process;
  const settings = readSettings(env, process.argv.slice(2));
  const { live, port, dataDir, secretId, secretKey } = settings;
  const output = consoleOutput({ json: settings.jsonLog });

  const credentials = live ? liveCredentials(env) : { secretId, secretKey };
  const cloud = live
    ? undefined
    : await startLocalCloud(settings, output.logCloud, (close) => undo.push(close));
  const environment = cloud === undefined ? liveEnvironment(env) : localEnvironment(env, cloud.url);
  const service = readService(path.join(ROOT, 'serverless.yml'), environment);

  const build = { names: service.functions.map(({ name }) => name), outdir: path.join(ROOT, 'dist') };
  output.sayBundles(await bundle(build));

  const starting = startRuntime({ port, service, distDir: build.outdir, credentials, log: output.log });
  const runtime = await listening('PORT', port, starting);
  undo.push(runtime.close);
  await waitUntilAnswering(`${runtime.url}/healthz`);
  if (cloud !== undefined) await waitUntilAnswering(`${cloud.url}/_control/stats`);

  const token = env['API_TOKENS']?.split(',')[0];
  const jobId =
    cloud && (await trySample({ cloud, functionsUrl: runtime.url, environment, dataDir, token }, output));
  for (const command of thingsToTry(runtime.url, jobId, token !== undefined))
    output.say(`try      ${command}`);

  if (settings.watch) {
    const stopWatching = await watchBundles(build, (result) => {
      output.sayBundles(result);
      if (!(result instanceof Error)) runtime.reload();
    });
    undo.push(stopWatching);
  }
  const where =
    cloud === undefined ? 'the real service' : `Cloud Infinite + COS at ${cloud.url}, data in ${dataDir}`;
  output.say(`ready    ${runtime.url} with ${where}`);
  output.startLog();
}

async function stop(): Promise<void> {
  for (const close of undo.splice(0).reverse()) await close();
}

const isStopping = stopOnSignal(stop);
try {
  await start();
} catch (error) {
  if (!isStopping()) {
    await stop();
    console.error(isOneSentence(error) ? error.message : error);
    process.exit(1);
  }
}
