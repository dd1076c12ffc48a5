/** Of COS's documented operations which are done here: what is not is refused before anything is touched. */
export interface CosOperation {
  /** as the documentation calls it, without spaces */
  readonly name: string;
  readonly on: 'service' | 'bucket' | 'object';
  readonly method: string;
  /** the sub-resource in the query, '' for none */
  readonly sub: string;
  readonly done: boolean;
}

type Level = CosOperation['on'];

const done = (on: Level, method: string, name: string, sub = ''): CosOperation => ({
  name,
  on,
  method,
  sub,
  done: true,
});

/** Operations on one sub-resource that are not done. @param methods such as `PUT GET` */
function left(on: Level, methods: string, what: string, sub: string): CosOperation[] {
  const verbs: Readonly<Record<string, string>> = { PUT: 'Put', GET: 'Get', DELETE: 'Delete', POST: 'Post' };
  return methods
    .split(' ')
    .map((method) => ({ name: `${verbs[method]}${what}`, on, method, sub, done: false }));
}

/** COS's list of operations [doc 436/10111], 2026-11. */
export const COS_OPERATIONS: readonly CosOperation[] = [
  done('service', 'GET', 'GetService'),

  done('bucket', 'GET', 'GetBucket'),
  done('bucket', 'HEAD', 'HeadBucket'),
  done('bucket', 'GET', 'ListMultipartUploads', 'uploads'),
  done('bucket', 'POST', 'DeleteMultipleObjects', 'delete'),
  done('bucket', 'POST', 'PostObject'),
  { name: 'PutBucket', on: 'bucket', method: 'PUT', sub: '', done: false },
  { name: 'DeleteBucket', on: 'bucket', method: 'DELETE', sub: '', done: false },
  ...left('bucket', 'GET', 'BucketObjectVersions', 'versions'),
  ...left('bucket', 'PUT GET', 'BucketAcl', 'acl'),
  ...left('bucket', 'PUT GET DELETE', 'BucketCors', 'cors'),
  ...left('bucket', 'PUT GET DELETE', 'BucketLifecycle', 'lifecycle'),
  ...left('bucket', 'PUT GET DELETE', 'BucketPolicy', 'policy'),
  ...left('bucket', 'PUT GET DELETE', 'BucketTagging', 'tagging'),
  ...left('bucket', 'PUT GET', 'BucketVersioning', 'versioning'),
  ...left('bucket', 'PUT GET DELETE', 'BucketReplication', 'replication'),
  ...left('bucket', 'PUT GET', 'BucketLogging', 'logging'),
  ...left('bucket', 'PUT GET DELETE', 'BucketWebsite', 'website'),
  ...left('bucket', 'PUT GET DELETE POST', 'BucketInventory', 'inventory'),
  ...left('bucket', 'PUT GET DELETE', 'BucketDomain', 'domain'),
  ...left('bucket', 'PUT GET DELETE', 'BucketDomainCertificate', 'domaincertificate'),
  ...left('bucket', 'PUT GET', 'BucketReferer', 'referer'),
  ...left('bucket', 'PUT GET DELETE', 'BucketEncryption', 'encryption'),
  ...left('bucket', 'PUT GET', 'BucketIntelligentTiering', 'intelligenttiering'),
  ...left('bucket', 'PUT GET DELETE', 'BucketIntelligentTieringRule', 'intelligent-tiering'),
  ...left('bucket', 'PUT GET DELETE', 'BucketOrigin', 'origin'),
  ...left('bucket', 'PUT GET', 'BucketAccelerate', 'accelerate'),
  ...left('bucket', 'PUT GET', 'BucketObjectLock', 'object-lock'),
  ...left('bucket', 'PUT GET DELETE', 'BucketNotification', 'notification'),
  ...left('bucket', 'GET', 'BucketLocation', 'location'),

  done('object', 'PUT', 'PutObject'),
  done('object', 'GET', 'GetObject'),
  done('object', 'HEAD', 'HeadObject'),
  done('object', 'DELETE', 'DeleteObject'),
  done('object', 'OPTIONS', 'OptionsObject'),
  done('object', 'POST', 'InitiateMultipartUpload', 'uploads'),
  done('object', 'PUT', 'UploadPart', 'uploadId'),
  done('object', 'GET', 'ListParts', 'uploadId'),
  done('object', 'POST', 'CompleteMultipartUpload', 'uploadId'),
  done('object', 'DELETE', 'AbortMultipartUpload', 'uploadId'),
  done('object', 'PUT', 'PutObjectTagging', 'tagging'),
  done('object', 'GET', 'GetObjectTagging', 'tagging'),
  done('object', 'DELETE', 'DeleteObjectTagging', 'tagging'),
  done('object', 'PUT', 'PutObjectAcl', 'acl'),
  done('object', 'GET', 'GetObjectAcl', 'acl'),
  done('object', 'GET', 'ProcessObject', 'ci-process'),
  ...left('object', 'POST', 'ObjectProcess', 'ci-process'),
  { name: 'AppendObject', on: 'object', method: 'POST', sub: 'append', done: false },
  ...left('object', 'POST', 'ObjectRestore', 'restore'),
  { name: 'SelectObjectContent', on: 'object', method: 'POST', sub: 'select', done: false },
  ...left('object', 'PUT GET', 'Symlink', 'symlink'),
  ...left('object', 'PUT GET', 'ObjectRetention', 'retention'),
  ...left('object', 'PUT GET', 'ObjectLegalHold', 'legal-hold'),
  ...left('object', 'GET', 'ObjectTorrent', 'torrent'),
  ...left('object', 'GET PUT POST DELETE', 'ObjectVersion', 'versionId'),
  { name: 'RenameObject', on: 'object', method: 'POST', sub: 'rename', done: false },
];

const SUB_RESOURCES: ReadonlySet<string> = new Set(
  COS_OPERATIONS.map(({ sub }) => sub).filter((sub) => sub !== ''),
);
/** Parameters that say how, and not what: they may be empty. */
const MODIFIERS =
  /^(prefix|delimiter|marker|max-keys|encoding-type|key-marker|upload-id-marker|max-uploads|part-number-marker|max-parts|partNumber|quiet|sign|token|response-.+|q-.+|x-cos-.+|x-ci-.+|[A-Z].*)$/;

/** What a query asks beyond the object itself: known sub-resources, and flags that nobody knows. */
export function subResourcesOf(query: URLSearchParams): string[] {
  return [...query].flatMap(([name, value]) =>
    SUB_RESOURCES.has(name) || (value === '' && !MODIFIERS.test(name)) ? [name] : [],
  );
}
