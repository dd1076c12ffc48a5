import { COS_OPERATIONS, subResourcesOf } from './cos-operations.ts';
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
  'UpdateMediaQueue',
  'DescribeMediaBuckets',
] as const;
const COS_DONE = [
  ...['GetService', 'GetBucket', 'HeadBucket', 'ListMultipartUploads', 'DeleteMultipleObjects', 'PostObject'],
  ...['PutObject', 'GetObject', 'HeadObject', 'DeleteObject', 'OptionsObject'],
  ...[
    'InitiateMultipartUpload',
    'UploadPart',
    'ListParts',
    'CompleteMultipartUpload',
    'AbortMultipartUpload',
  ],
  ...['PutObjectTagging', 'GetObjectTagging', 'DeleteObjectTagging', 'PutObjectAcl', 'GetObjectAcl'],
  'ProcessObject',
] as const;
export const OPERATIONS = [...CI_OPERATIONS, ...COS_DONE] as const;
export type Operation = (typeof OPERATIONS)[number];
export type Service = 'ci' | 'cos';

/** Whom a request speaks to: the bucket named by Host, or none on a bare address such as `127.0.0.1:9000`. */
export interface Addressee {
  service: Service;
  /** all buckets are meant, and none */
  isService?: boolean;
  bucket?: string;
  region?: string;
}

const BUCKET_HOST = /^([a-z0-9-]+)\.(ci|cos)\.([a-z0-9-]+)\./;
/** Where the list of buckets is asked for [doc]. */
const SERVICE_HOST = /^(service\.cos\.|cos\.[a-z0-9-]+\.)/;
const CI_PATH = /^\/(jobs|queue|template|mediabucket)(\/|$)/;

/** `<bucket>.ci.<region>.…` is CI, `<bucket>.cos.<region>.…` is COS [doc]; on any other host the path decides. */
export function addresseeOf(host: string, path: string): Addressee {
  if (SERVICE_HOST.test(host.toLowerCase())) return { service: 'cos', isService: true };
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
  { service, bucket, isService = false }: Addressee,
  method: string,
  path: string,
  query: URLSearchParams,
): Route | ServiceError {
  if (service === 'ci') return ciRoute(method, path, query);
  // On a bare address clients ask for objects with their parameters, and for buckets without any [sdk].
  const asksForBuckets =
    isService || (bucket === undefined && method === 'GET' && path === '/' && isBare(query));
  return cosRoute(method, path.slice(1), query, asksForBuckets);
}

function isBare(query: URLSearchParams): boolean {
  return [...query.keys()].every((name) => name === 'sign' || name.startsWith('q-'));
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
  if (call === 'PUT queue' && one) return 'UpdateMediaQueue';
  if (call === 'GET queue' && !one) return 'DescribeMediaQueues';
  if (call === 'GET mediabucket' && !one) return 'DescribeMediaBuckets';
  return undefined;
}

/** The one image process that is done while an object is fetched. */
export const CGIF = /^imageMogr2\/cgif\/(\d+)$/;

function cosRoute(
  method: string,
  key: string,
  query: URLSearchParams,
  isService: boolean,
): Route | ServiceError {
  const on = isService ? 'service' : key === '' ? 'bucket' : 'object';
  const subs = subResourcesOf(query);
  if (method === 'GET' && on === 'object' && subs.length === 1 && CGIF.test(subs[0] ?? ''))
    return { operation: 'ProcessObject', subject: key };
  const [sub = ''] = subs;
  if (method === 'OPTIONS') return { operation: 'OptionsObject', subject: key };
  const asked = COS_OPERATIONS.filter((one) => one.on === on && one.sub === sub);
  const found = asked.find((one) => one.method === method);
  const shown = subs.map((name) => ` ?${name}`).join('');
  if (subs.length > 1 || (asked.length === 0 && sub !== ''))
    return notImplemented(`${method} ${on}${shown} is not done by this local cloud.`);
  if (found === undefined)
    return new ServiceError(405, 'MethodNotAllowed', `${method}${shown} is not done for ${on}s.`);
  const operation = COS_DONE.find((name) => name === found.name);
  if (operation === undefined)
    return notImplemented(`${found.name} (${method}${shown}) is not done by this local cloud.`);
  return { operation, subject: key };
}

function notImplemented(message: string): ServiceError {
  return new ServiceError(501, 'NotImplemented', message);
}
