/** `jobwatch emulator`, `npm run emulator`: Cloud Infinite + COS alone, on one port, until it is stopped. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { lockFolder } from '../lock-folder.ts';
import { startProcessGuard } from '../process-guard.ts';
import { DEFAULT_BUCKET, readBuckets } from './read-buckets.ts';
import { startCloud } from './start-cloud.ts';
import { howToReach, USAGE } from './usage.ts';

const DEFAULT_PORT = '9000';
const MAX_PORT = 65_535;
/** How long stopping may take before the process ends anyway. */
const STOP_TIMEOUT_MS = 10_000;

async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: DEFAULT_PORT },
      data: { type: 'string', default: '.local' },
      'no-ffmpeg': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT)
    throw new Error(`--port: expected a number up to ${MAX_PORT}, got ${values.port}`);
  const secretId = env['LOCAL_SECRET_ID'] || 'jobwatch-local';
  const secretKey = env['LOCAL_SECRET_KEY'] || 'jobwatch-local-secret';
  const { bucket, region } = DEFAULT_BUCKET;
  if (!values['no-ffmpeg']) await import('sharp').catch(refuseWithoutSharp);
  const dataDir = path.resolve(values.data);
  const unlock = await lockFolder(dataDir);
  const guard = startProcessGuard('KILL');
  const cloud = await startCloud({
    port,
    dataDir,
    secretId,
    secretKey,
    bucket,
    region,
    otherBuckets: readBuckets(env['LOCAL_BUCKETS']),
    withoutFfmpeg: values['no-ffmpeg'],
    onProcess: guard.watch,
    log: (line) => {
      if (values.json) console.log(JSON.stringify({ time: new Date().toISOString(), ...line }));
    },
  });
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
      console.log('stopping   what was accepted is kept');
      void cloud.close().then(async () => {
        guard.close();
        await unlock();
        process.exit(0);
      });
    });
  }
  for (const line of howToReach({ url: cloud.url, bucket, region, secretId, secretKey })) console.log(line);
  console.log(`ready      Cloud Infinite + COS at ${cloud.url}, data in ${dataDir}`);
}

function refuseWithoutSharp(): never {
  throw new Error(
    'finished pictures are described by the package sharp: npm install sharp, or use --no-ffmpeg',
  );
}

run(process.argv.slice(2), process.env).catch((error: NodeJS.ErrnoException) => {
  const port = 'port' in error ? error.port : undefined;
  const message = error.code === 'EADDRINUSE' ? `--port: ${port} is taken by another program` : error.message;
  console.error(`jobwatch emulator: ${message}`);
  process.exit(1);
});
