import { startCloud } from '../../../emulators/ci/start-cloud.ts';
import { startProcessGuard } from '../../../emulators/process-guard.ts';
import { BUCKET, REGION, SECRETS } from '../../worlds/running-cloud.ts';

/** Runs the service on the folder given, in a process of its own that a test can kill; prints its port. */
const [dataDir = ''] = process.argv.slice(2);
const { SecretId: secretId, SecretKey: secretKey } = SECRETS;
const cloud = await startCloud({
  ...{ port: 0, dataDir, secretId, secretKey, bucket: BUCKET, region: REGION },
  onProcess: startProcessGuard('KILL').watch,
});
console.log(cloud.port);
