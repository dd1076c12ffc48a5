import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createApi } from '../../../client/client.ts';
import { readConfig } from '../../../shared/config.ts';
import type { Environment } from '../../../shared/environment.ts';
import { apiEndpointOf } from '../../settings/api-endpoint.ts';
import { credentialsOf } from '../../settings/credentials.ts';
import { missingSettings } from '../../settings/missing-settings.ts';
import type { Doctor } from '../choose-checks.ts';
import type { CloudAccess } from '../cloud-access.ts';
import { deployedFunctions } from '../deployed-functions.ts';
import type { Deployment } from './deployment.ts';
import { type Intended, intend, prove } from './prove.ts';
import { formatTrials, writeReport } from './report.ts';

/** How long a job, a callback and a delivery are waited for, all together, unless `--timeout` says otherwise. */
const DEFAULT_TIMEOUT_SECONDS = '600';
const PAUSE_MS = 1000;
const REPORT = 'jobwatch-live.json';

export interface LiveOptions {
  readonly yes: boolean;
  readonly rule: string | undefined;
  /** where the API answers, when it is not known from the account */
  readonly url: string | undefined;
  /** seconds */
  readonly timeout: string | undefined;
}

/**
 * `doctor --live`: with the operator's yes a clip is dropped, followed and taken away again, and each guess of the documents
 * is told as held, did not, or not seen.
 *
 * @returns whether none was contradicted
 */
export async function proveIt(doctor: Doctor, options: LiveOptions): Promise<boolean> {
  const cost = { requests: 0 };
  const deployment = await deploymentOf(doctor, options, () => {
    cost.requests += 1;
  });
  const intended = await intend(deployment, options.rule);
  console.log(describeIntended(intended, deployment));
  if (!options.yes && !(await agreed())) {
    console.log('Nothing was done.');
    return true;
  }
  const trials = await prove(deployment, intended);
  console.log(formatTrials(trials));
  console.log(
    `It took ${cost.requests} requests, one upload of ${intended.bytes} bytes and one job of a second.`,
  );
  const { body } = await deployment.api.getOverview({});
  const at = new Date(doctor.now()).toISOString();
  await writeReport(REPORT, trials, { version: body.Version, at, region: intended.rule.Region });
  console.log(`The report is ${REPORT}: it holds no secret, no address and no name, and can be sent in.`);
  return trials.every(({ verdict }) => verdict !== 'did not');
}

function describeIntended({ rule, key, bytes }: Intended, { url }: Deployment): string {
  return [
    `A second of video (${bytes} bytes) is put to ${rule.Bucket} as ${JSON.stringify(key)}, where rule ${rule.Name} looks;`,
    `CI makes one job of it, endpoints of ${url.host} are told of it, and both objects are removed at the end.`,
    'It costs one job of a second, some fifty requests and some calls of the functions: less than a cent.',
  ].join('\n');
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error('--live: expected a yes; say --yes where nobody can be asked');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Go on? [y/N] ');
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

async function deploymentOf(
  { env, service, now }: Doctor,
  { url: given, timeout = DEFAULT_TIMEOUT_SECONDS }: LiveOptions,
  count: () => void,
): Promise<Deployment> {
  if (!/^[1-9]\d{0,4}$/.test(timeout))
    throw new Error(`--timeout: expected a number of seconds up to 99999, got ${timeout}`);
  const isDeployed = missingSettings('credentials', [], env).length === 0;
  const cloud = isDeployed ? accountOf(env, now) : localCloudOf(env, now);
  const functions = isDeployed ? deployedFunctions(cloud, service) : undefined;
  const found = given ?? (await functions?.())?.get('api')?.url ?? (isDeployed ? undefined : localUrl(env));
  if (found === undefined)
    throw new Error('--url: expected the address of the API, got none: it is not deployed');
  const url = new URL(found);
  // `token`, or `name:token`
  const token =
    env['JOBWATCH_TOKEN'] || env['API_TOKENS']?.split(',')[0]?.split(':').at(-1)?.trim() || undefined;
  // Whether compressed bytes come back whole is a guess of its own, and must not spoil the others.
  const counted: typeof fetch = async (input, init) => {
    count();
    return await fetch(input, { ...init, headers: { ...init?.headers, 'accept-encoding': 'identity' } });
  };
  return {
    api: createApi({ url: url.href.replace(/\/$/, ''), token: () => token, fetch: counted }),
    url,
    token,
    cloud,
    functions,
    deadlineMs: now() + Number(timeout) * 1000,
    pause: async () => await delay(PAUSE_MS),
    count,
  };
}

function accountOf(env: Environment, now: () => number): CloudAccess {
  const { ciEndpoint, cosEndpoint } = readConfig(env);
  return { credentials: credentialsOf(env), ciEndpoint, cosEndpoint, apiEndpoint: apiEndpointOf(env), now };
}

/** What npm start runs, and takes. */
function localCloudOf(env: Environment, now: () => number): CloudAccess {
  const endpoint = new URL(`http://127.0.0.1:${env['CI_PORT'] || '9000'}`);
  const secretId = env['LOCAL_SECRET_ID'] || 'jobwatch-local';
  const secretKey = env['LOCAL_SECRET_KEY'] || 'jobwatch-local-secret';
  const credentials = { secretId, secretKey };
  return { credentials, ciEndpoint: endpoint, cosEndpoint: endpoint, apiEndpoint: undefined, now };
}

function localUrl(env: Environment): string {
  return `http://127.0.0.1:${env['PORT'] || '3000'}`;
}
