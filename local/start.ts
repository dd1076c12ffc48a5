/**
 * `npm start`: everything on one machine. Builds the functions, starts a local Cloud Infinite + COS, a PostgreSQL, a
 * receiver of events and the function runtime, turns a sample clip into a GIF, and keeps running. `--watch` builds and
 * reloads on change, and starts anew when serverless.yml changes, `--live` works with the real service.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, watchBundles } from '../deploy/build/bundle.ts';
import { startRuntime } from '../emulators/scf/start-runtime.ts';
import { readService } from '../service/read-service.ts';
import { consoleOutput } from './console/console-output.ts';
import { thingsToTry } from './console/things-to-try.ts';
import { startReceiver } from './receiver/start-receiver.ts';
import { trySample } from './sample/try-sample.ts';
import { readSettings } from './settings.ts';
import { isOneSentence } from './start-error.ts';
import { checkPorts } from './steps/check-ports.ts';
import { checkSettings } from './steps/check-settings.ts';
import { connectTriggers } from './steps/connect-triggers.ts';
import { followService } from './steps/follow-service.ts';
import {
  liveCredentials,
  liveEnvironment,
  localEnvironment,
  webhooksTo,
} from './steps/function-environment.ts';
import { listening } from './steps/listening.ts';
import { lockDataDir } from './steps/lock-data-dir.ts';
import { startDatabase } from './steps/start-database.ts';
import { startLocalCloud } from './steps/start-local-cloud.ts';
import { stopOnSignal } from './steps/stop-on-signal.ts';
import { waitUntilAnswering } from './steps/wait-until-answering.ts';
import { USAGE } from './usage.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What to undo at the end, the latest first. */
const undo: Array<() => Promise<void>> = [];

let stopLog: () => void = () => undefined;

/** Keeps for the end what undoes a step. A start that is told to stop meanwhile goes no further. */
function onClose(close: () => Promise<void>): void {
  undo.push(close);
  if (isStopping()) throw new Error('This start was told to stop');
}

async function start(): Promise<void> {
  const { env } = process;
  const settings = readSettings(env, process.argv.slice(2));
  const { live, dataDir, secretId, secretKey } = settings;
  // The functions are told their own address before they start: CI is to call it.
  const port = await checkPorts(settings);
  const output = consoleOutput({ json: settings.jsonLog });
  stopLog = output.stopLog;

  const credentials = live ? liveCredentials(env) : { secretId, secretKey };
  const given = live ? liveEnvironment(env) : localEnvironment(env, `http://127.0.0.1:${port}`, settings);
  const serviceFile = path.join(ROOT, 'serverless.yml');
  checkSettings(serviceFile, given);
  const ownDatabase = given['DATABASE_URL'];
  if (!live || ownDatabase === undefined) onClose(await lockDataDir(dataDir));
  const triggers = connectTriggers();
  const cloud = live ? undefined : await startLocalCloud(settings, triggers, output.logCloud, onClose);
  const databaseUrl = ownDatabase ?? (await startDatabase(dataDir, output.say, onClose));
  // The user's own database with --live may be one whose events the deployed functions send to whom they are for.
  const wantsReceiver = given['WEBHOOKS'] === undefined && !(live && ownDatabase !== undefined);
  const receiver = wantsReceiver ? await startReceiver(output.logReceived) : undefined;
  if (receiver !== undefined) onClose(receiver.close);
  const environment = {
    CI_ENDPOINT: cloud?.url,
    COS_ENDPOINT: cloud?.url,
    ...given,
    ...(receiver && webhooksTo(receiver)),
    DATABASE_URL: databaseUrl,
  };
  const service = readService(serviceFile, environment);

  const build = {
    names: service.functions.map(({ name }) => name),
    outdir: path.join(ROOT, 'dist'),
    rules: service.rules,
  };
  output.sayBundles(await bundle(build));

  const starting = startRuntime({ port, service, distDir: build.outdir, credentials, log: output.log });
  const runtime = await listening('PORT', port, starting);
  onClose(runtime.close);
  await waitUntilAnswering(`${runtime.url}/healthz`);
  if (cloud !== undefined) await waitUntilAnswering(`${cloud.url}/_control/stats`);
  triggers.connect(service, runtime);
  onClose(async () => triggers.close());

  // `token`, or `name:token`
  const token = (env['API_TOKENS'] || env['READ_TOKENS'])?.split(',')[0]?.split(':').at(-1)?.trim();
  const jobId =
    cloud && (await trySample({ cloud, functionsUrl: runtime.url, environment, dataDir, token }, output));
  for (const command of thingsToTry(runtime.url, jobId, token !== undefined))
    output.say(`try      ${command}`);

  if (settings.watch) {
    const stopWatching = await watchBundles(build, (result) => {
      output.sayBundles(result);
      if (!(result instanceof Error)) runtime.reload();
    });
    onClose(stopWatching);
    const check = () => checkSettings(serviceFile, given);
    onClose(await followService(serviceFile, check, output.say, restart));
  }
  const where =
    cloud === undefined ? 'the real service' : `Cloud Infinite + COS at ${cloud.url}, data in ${dataDir}`;
  output.say(`ready    ${runtime.url} (the page) with ${where}`);
  output.startLog();
}

async function stop(): Promise<void> {
  stopLog();
  for (let close = undo.pop(); close !== undefined; close = undo.pop()) await close();
}

async function startOrEnd(): Promise<void> {
  try {
    await start();
  } catch (error) {
    if (isStopping()) return;
    await stop();
    console.error(isOneSentence(error) ? error.message : error);
    process.exit(1);
  }
}

async function restart(): Promise<void> {
  await stop();
  if (!isStopping()) await startOrEnd();
}

if (process.argv.includes('--help')) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const isStopping = stopOnSignal(stop);
await startOrEnd();
