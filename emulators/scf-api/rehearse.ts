/** `npm run rehearse`: the stand-in for rehearsals, until Ctrl-C. CONTRIBUTING.md tells how. */

import { fileURLToPath } from 'node:url';
import { readService } from '../../service/read-service.ts';
import { rolesOf } from '../../service/service.ts';
import { startScf } from './start-scf.ts';

const FILE = fileURLToPath(new URL('../../serverless.yml', import.meta.url));
const stages = ['dev', 'prod'].map((stage) => readService(FILE, process.env, { stage }));

const { port, credentials, region } = await startScf({
  ...(stages[0] === undefined ? {} : { region: stages[0].region }),
  roles: [...new Set(stages.flatMap(rolesOf))],
  invoke: async () => await Promise.reject(new Error('the stand-in keeps code and runs none')),
});
console.log(`# An account in ${region} that forgets everything when it stops. In another shell:
export TENCENTCLOUD_ENDPOINT=http://127.0.0.1:${port}
export TENCENTCLOUD_SECRET_ID=${credentials.secretId}
export TENCENTCLOUD_SECRET_KEY=${credentials.secretKey}`);
