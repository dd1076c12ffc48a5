import { ServiceError } from './service-error.ts';

const CI_OPERATIONS = [
  'CreateMediaJobs',
  'DescribeMediaJob',
  'DescribeMediaJobs',
  'CancelMediaJob',
  'CreateMediaTemplate',
  'DescribeMediaTemplates',
  'UpdateMediaTemplate',
  'DeleteMediaTemplate',
  'DescribeMediaQueues',
  'DescribeMediaBuckets',
] as const;
const COS_OPERATIONS = [
  'PutObject',
  'GetObject',
  'HeadObject',
  'DeleteObject',
  'GetBucket',
  'HeadBucket',
] as const;
export const OPERATIONS = [...CI_OPERATIONS, ...COS_OPERATIONS] as const;
export type Operation = (typeof OPERATIONS)[number];
export type Service = 'ci' | 'cos';

/** Whom a request speaks to: the bucket named by Host, or none on a bare address such as `127.0.0.1:9000`. */
export interface Addressee {
  service: Service;
  bucket?: string;
  region?: string;
}

const BUCKET_HOST = /^([a-z0-9-]+)\.(ci|cos)\.([a-z0-9-]+)\./;
const CI_PATH = /^\/(jobs|queue|template|mediabucket)(\/|$)/;

/** `<bucket>.ci.<region>.…` is CI, `<bucket>.cos.<region>.…` is COS [doc]; on any other host the path decides. */
export function addresseeOf(host: string, path: string): Addressee {
  const match = BUCKET_HOST.exec(host.toLowerCase());
  const [, bucket, service, region] = match ?? [];
  if (bucket === undefined || region === undefined) return { service: CI_PATH.test(path) ? 'ci' : 'cos' };
  return { service: service === 'ci' ? 'ci' : 'cos', bucket, region };
}

/** What is asked, and of what: job ids, a template id or an object key in `subject`. */
export interface Route {
  operation: Operation;
  subject: string;
}

/** The operation, or the refusal that a client gets once its signature has been believed. */
export function routeOf(
  service: Service,
  method: string,
  path: string,
  query: URLSearchParams,
): Route | ServiceError {
  return service === 'ci' ? ciRoute(method, path, query) : cosRoute(method, path.slice(1));
}

function ciRoute(method: string, path: string, query: URLSearchParams): Route | ServiceError {
  const [, collection = '', subject = '', ...rest] = path.split('/');
  const operation = rest.length === 0 ? ciOperation(`${method} ${collection}`, subject, query) : undefined;
  if (operation === undefined) {
    return new ServiceError(404, 'InvalidUrl', `${method} ${path} is no operation of this service.`);
  }
  return { operation, subject };
}

function ciOperation(call: string, subject: string, query: URLSearchParams): Operation | undefined {
  const one = subject !== '';
  if (call === 'POST jobs' && !one) return 'CreateMediaJobs';
  if (call === 'GET jobs') return one ? 'DescribeMediaJob' : 'DescribeMediaJobs';
  if (call === 'PUT jobs' && one && query.has('cancel')) return 'CancelMediaJob';
  if (call === 'POST template') return one ? 'UpdateMediaTemplate' : 'CreateMediaTemplate';
  if (call === 'PUT template' && one) return 'UpdateMediaTemplate';
  if (call === 'GET template' && !one) return 'DescribeMediaTemplates';
  if (call === 'DELETE template' && one) return 'DeleteMediaTemplate';
  if (call === 'GET queue' && !one) return 'DescribeMediaQueues';
  if (call === 'GET mediabucket' && !one) return 'DescribeMediaBuckets';
  return undefined;
}

const OBJECT_OPERATIONS: Record<string, Operation> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
};
const BUCKET_OPERATIONS: Record<string, Operation> = { GET: 'GetBucket', HEAD: 'HeadBucket' };

function cosRoute(method: string, key: string): Route | ServiceError {
  const operation = (key === '' ? BUCKET_OPERATIONS : OBJECT_OPERATIONS)[method];
  if (operation === undefined) {
    const what = key === '' ? 'a bucket' : 'an object';
    return new ServiceError(405, 'MethodNotAllowed', `${method} is not done here for ${what}.`);
  }
  return { operation, subject: key };
}
