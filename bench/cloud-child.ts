/** The local Cloud Infinite in a process of its own, so that it is not measured with what asks it. */
import { startCloud } from '../emulators/ci/start-cloud.ts';

const [dataDir = '', bucket = '', region = '', secretId = '', secretKey = ''] = process.argv.slice(2);
const cloud = await startCloud({ port: 0, dataDir, bucket, region, secretId, secretKey });
process.send?.(cloud.url);
process.once('disconnect', () => void cloud.close().then(() => process.exit(0)));
