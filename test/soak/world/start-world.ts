import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { findFfmpeg } from '../../../emulators/ci/find-ffmpeg.ts';
import { freePort } from '../../../local/free-port.ts';
import { waitUntilAnswering } from '../../../local/steps/wait-until-answering.ts';
import { fastFolder } from '../../worlds/fast-folder.ts';
import { BUCKETS, type BucketName, REGION } from '../places.ts';
import type { Mood } from '../plan/step.ts';
import { Part } from './child.ts';
import type { CloudSettings } from './cloud-process.ts';
import { type CloudState, setUp } from './cloud-state.ts';
import { Database } from './database.ts';
import { startFront } from './front.ts';
import { functionEnvironment } from './function-environment.ts';
import { JobLog } from './job-log.ts';
import { Ledger } from './ledger.ts';
import { makeService } from './make-service.ts';
import { ObjectClient } from './object-client.ts';
import { makePalette } from './palette.ts';
import type { ReceiverSettings } from './receiver-process.ts';
import type { RuntimeSettings } from './runtime-process.ts';
import { makeSecrets } from './secrets.ts';
import type { World } from './world.ts';

/** Starts all of it on free ports, in a folder of its own. */
export async function startWorld(say: (text: string) => void): Promise<World> {
  const folder = await mkdtemp(join(await fastFolder(), 'jobwatch-soak-'));
  await chmod(folder, 0o755); // root's PostgreSQL runs as another user
  const logs = join(folder, 'logs');
  await mkdir(logs);
  const nextPort = portPicker();
  const [functionsPort, invokePort, receiverPort] = [await nextPort(), await nextPort(), await nextPort()];
  const secrets = makeSecrets();
  const ffmpeg = await findFfmpeg();
  const palette = await makePalette(ffmpeg, join(folder, 'palette'));

  const database = new Database(folder, await nextPort());
  const databaseUrl = await database.start();
  const cloudPortOf = new Map<string, number>();
  for (const bucket of BUCKETS) cloudPortOf.set(bucket, await nextPort());
  const portOf = (bucket: string) => cloudPortOf.get(bucket) ?? 0;
  const front = await startFront(portOf);
  const functionsUrl = `http://127.0.0.1:${functionsPort}`;
  const environment = functionEnvironment({
    databaseUrl,
    functionsUrl,
    cloudUrl: front.url,
    receiverPort,
    secrets,
  });
  const built = await makeService(folder, environment);
  const receivedFile = join(folder, 'received.jsonl');
  const credentials = { secretId: 'soak', secretKey: secrets.secretKey };
  const part = (name: string, script: string, settings: object, onLine?: (line: string) => void) =>
    new Part({
      ...{ name, script, settings, folder, logFile: join(logs, `${name}.log`) },
      ...(onLine && { onLine }),
    });

  const runtimeSettings: RuntimeSettings = {
    ...{ port: functionsPort, invokePort, environment, credentials },
    ...{ serviceFile: built.file, distDir: built.distDir },
  };
  const receiverSettings: ReceiverSettings = {
    ...{ port: receiverPort, file: receivedFile, secrets: secrets.webhooks },
  };
  const jobLog = new JobLog();
  const triggers = built.service.functions.flatMap(({ name, objectTriggers }) =>
    objectTriggers.map((trigger) => ({ ...trigger, functionName: name })),
  );
  const cloudStates = byBucket((): CloudState => ({ faults: [], events: {}, offsetMs: 0 }));
  const clouds = byBucket((bucket, index) => {
    const settings: CloudSettings = {
      ...{ port: portOf(bucket), dataDir: join(folder, `cloud-${index + 1}`), ...credentials },
      ...{ bucket, region: REGION, ffmpeg, triggers, invokePort },
    };
    return part(`cloud-${index + 1}`, 'cloud-process.ts', settings, (line) => jobLog.read(line));
  });
  let mood: Mood = 'fine';
  const receiver = part('receiver', 'receiver-process.ts', receiverSettings);
  const tellMood = async () => {
    await fetch(`http://127.0.0.1:${receiverPort}/_mood`, { method: 'PUT', body: JSON.stringify({ mood }) });
  };
  const world: World = {
    ...{
      folder,
      logs,
      functionsUrl,
      receivedFile,
      secrets,
      databaseUrl,
      built,
      database,
      front,
      clouds,
      portOf,
    },
    ...{ receiver, cloudStates, jobLog, palette },
    runtime: part('runtime', 'runtime-process.ts', runtimeSettings),
    objects: new ObjectClient({ ...credentials, portOf, offsetMs: () => cloudStates[BUCKETS[0]].offsetMs }),
    ledger: new Ledger(),
    async startCloud(bucket) {
      await clouds[bucket].start();
      await setUp(portOf(bucket), cloudStates[bucket]);
    },
    async startReceiver() {
      await receiver.start();
      await tellMood();
    },
    async setMood(next) {
      mood = next;
      // One that is away hears of it when it comes back.
      await tellMood().catch(() => undefined);
    },
  };
  say(`folder   ${folder}`);
  await Promise.all([...BUCKETS.map(world.startCloud), world.startReceiver(), world.runtime.start()]);
  await waitUntilAnswering(`${functionsUrl}/healthz`);
  return world;
}

/** Free ports, none of them twice. */
function portPicker(): () => Promise<number> {
  const taken = new Set<number>();
  return async () => {
    let port = await freePort(0);
    while (taken.has(port)) port = await freePort(0);
    taken.add(port);
    return port;
  };
}

function byBucket<T>(make: (bucket: BucketName, index: number) => T): Record<BucketName, T> {
  return Object.fromEntries(BUCKETS.map((bucket, index) => [bucket, make(bucket, index)])) as Record<
    BucketName,
    T
  >;
}
