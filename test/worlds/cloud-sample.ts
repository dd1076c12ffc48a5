import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import type { FunctionCode } from '../../deploy/cloud/plan/desired.ts';
import { MAX_MSG_TTL_S } from '../../service/platform-limits.ts';
import type { ObjectTrigger, Service, ServiceFunction } from '../../service/service.ts';

const BUCKET = 'media-1250000000';

/** A service with a function of every kind of trigger. */
export function sampleService(changes: Partial<Service> = {}): Service {
  return {
    name: 'jobwatch',
    stage: 'dev',
    region: 'ap-guangzhou',
    runtime: 'Nodejs20.19',
    required: [],
    rules: [],
    functions: [
      sampleFunction('describe', {
        routes: [{ method: 'GET', path: '/jobs' }],
        declared: ['LOG_LEVEL'],
        environment: { LOG_LEVEL: 'info' },
      }),
      sampleFunction('api', {
        routes: [{ method: 'POST', path: '/jobs' }],
        declared: ['CALLBACK_URL'],
      }),
      sampleFunction('callback', { routes: [{ method: 'POST', path: '/callbacks/{token}' }] }),
      sampleFunction('on-object', { objectTriggers: [objectTrigger('.mp4'), objectTrigger('.mov')] }),
      sampleFunction('recheck', {
        timers: [{ name: 'every-ten-seconds', cron: '*/10 * * * * * *', enabled: true, argument: '' }],
        asyncTrigger: { retryNum: 0, msgTTL: 60 },
        instances: 4,
      }),
    ],
    ...changes,
  };
}

export function sampleFunction(name: string, changes: Partial<ServiceFunction> = {}): ServiceFunction {
  return {
    name,
    handler: 'index.main_handler',
    description: `Does ${name}.`.replace('-', ' '),
    memorySize: 128,
    timeout: 30,
    environment: {},
    declared: [],
    role: 'jobwatch',
    routes: [],
    timers: [],
    objectTriggers: [],
    asyncTrigger: { retryNum: 2, msgTTL: MAX_MSG_TTL_S },
    ...changes,
  };
}

/** The service with one function changed. */
export function withFunction(service: Service, name: string, changes: Partial<ServiceFunction>): Service {
  return {
    ...service,
    functions: service.functions.map((fn) => (fn.name === name ? { ...fn, ...changes } : fn)),
  };
}

export function objectTrigger(suffix: string): ObjectTrigger {
  return { bucket: BUCKET, region: 'ap-guangzhou', event: 'cos:ObjectCreated:*', prefix: 'clips/', suffix };
}

/** Code for every function; `changed` names those whose code is another version. */
export function samplePackages({ functions }: Service, ...changed: string[]): FunctionCode[] {
  return functions.map(({ name }) => {
    const version = changed.includes(name) ? 2 : 1;
    const code = `exports.main_handler = async () => '${name} ${version}';`;
    const zip = zipSync({ 'index.js': Buffer.from(code) }, { mtime: '2000-01-01' });
    return { name, zip, sha256: createHash('sha256').update(zip).digest('hex'), bytes: zip.length };
  });
}
