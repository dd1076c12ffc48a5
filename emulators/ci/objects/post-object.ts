import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import type { CloudParts } from '../cloud.ts';
import { type CloudRequest, writerOf } from '../cloud-request.ts';
import { parseUrl } from '../parse-url.ts';
import { emptyReply, type Reply, xmlReply } from '../reply.ts';
import { invalidArgument, ServiceError } from '../service-error.ts';
import { checkKey } from './check-key.ts';
import { quotedEtag } from './object-headers.ts';
import { readUpload } from './read-upload.ts';

/** A form is read whole before it is believed. */
const MAX_FORM_BYTES = 512 * 1024 * 1024;
/** What a policy need not name [doc 436/14690]. */
const FREE_FIELDS = /^(file|policy|q-.+|x-cos-security-token|x-ignore-.+)$/;

/** POST Object: a form that a page sends, believed by the signature of its policy [doc 436/14690]. */
export async function postObject(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const { fields, file } = await readForm(request);
  checkPolicy(fields, file, cloud);
  const key = (fields.get('key') ?? '').replaceAll('${filename}', file.name);
  if (key === '') throw invalidArgument('The field key is missing.');
  checkKey(key, 'The field key');
  const headers = Object.fromEntries([...fields].map(([name, value]) => [name.toLowerCase(), value]));
  const upload = readUpload({ ...headers, 'content-type': headers['content-type'] ?? file.type });
  const body = Readable.from([Buffer.from(await file.arrayBuffer())]);
  const info = await cloud.objects.write(key, body, upload, () => undefined);
  cloud.objectCreated(info, 'cos:ObjectCreated:Post', writerOf(request));
  const place = `http://${cloud.bucket}.cos.${cloud.region}.myqcloud.com/${key}`;
  const told = { etag: quotedEtag(info), location: encodeURI(place), 'x-cos-hash-crc64ecma': info.crc64 };
  const to = parseUrl(fields.get('success_action_redirect') ?? '');
  if (to !== undefined) {
    for (const [name, value] of [
      ['bucket', cloud.bucket],
      ['key', key],
      ['etag', told.etag],
    ] as const)
      to.searchParams.set(name, value);
    return emptyReply(303, { ...told, location: to.href });
  }
  const status = fields.get('success_action_status');
  if (status !== '200' && status !== '201') return emptyReply(204, told);
  const reply = xmlReply(Number(status), 'PostResponse', {
    Location: place,
    Bucket: cloud.bucket,
    Key: key,
    ETag: told.etag,
  });
  return { ...reply, headers: { ...reply.headers, ...told } };
}

interface Form {
  /** by their names as they were written */
  readonly fields: ReadonlyMap<string, string>;
  readonly file: File;
}

async function readForm(request: CloudRequest): Promise<Form> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data'))
    throw invalidArgument(`Content-Type is ${type || 'missing'}, expected multipart/form-data.`);
  if (Number(request.headers['content-length'] ?? 0) > MAX_FORM_BYTES)
    throw new ServiceError(400, 'EntityTooLarge', `The form is larger than ${MAX_FORM_BYTES} bytes.`);
  const form = await new Response(Readable.toWeb(request.body()) as ReadableStream, {
    headers: { 'content-type': type },
  })
    .formData()
    .catch(() => {
      throw new ServiceError(400, 'MalformedPOSTRequest', 'The body is not well-formed multipart/form-data.');
    });
  const fields = new Map<string, string>();
  for (const [name, value] of form) if (typeof value === 'string') fields.set(name, value);
  const file = form.get('file');
  if (file === null) throw invalidArgument('The field file is missing.');
  return { fields, file: typeof file === 'string' ? new File([file], '') : file };
}

/** @throws ServiceError unless the policy is signed, still valid, and allows all that the form holds */
function checkPolicy(
  fields: ReadonlyMap<string, string>,
  file: File,
  { bucket, clock, credentials }: CloudParts,
): void {
  const denied = (why: string) => new ServiceError(403, 'AccessDenied', why);
  const field = (name: string) => fields.get(name) ?? '';
  const policy = field('policy');
  if (policy === '') throw denied('The field policy is missing.');
  if (field('q-sign-algorithm') !== 'sha1' || field('q-ak') !== credentials.secretId)
    throw new ServiceError(403, 'InvalidAccessKeyId', 'The access key is not known.');
  const text = Buffer.from(policy, 'base64').toString('utf8');
  const signKey = createHmac('sha1', credentials.secretKey).update(field('q-key-time')).digest('hex');
  const signature = createHmac('sha1', signKey)
    .update(createHash('sha1').update(text).digest('hex'))
    .digest('hex');
  const [given, expected] = [Buffer.from(field('q-signature')), Buffer.from(signature)];
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new ServiceError(403, 'SignatureDoesNotMatch', 'The signature of the policy does not match.');
  const [begin = 0, end = 0] = field('q-key-time').split(';').map(Number);
  const now = clock.now();
  if (now < begin * 1000 || now > end * 1000) throw denied('Request has expired');
  const { expiration, conditions } = readPolicy(text);
  if (!(Date.parse(expiration) > now)) throw denied('Invalid according to Policy: Policy expired.');
  const values = new Map([...fields].map(([name, value]) => [name.toLowerCase(), value]));
  values.set('bucket', bucket);
  // The policy calls it by the name that it has in signatures of requests [doc].
  values.set('q-sign-time', field('q-key-time'));
  const named = new Set<string>();
  for (const condition of conditions) {
    const failed = failedCondition(condition, values, file.size, named);
    if (failed !== undefined) throw denied(`Invalid according to Policy: ${failed}`);
  }
  const extra = [...values.keys()].find(
    (name) => name !== 'bucket' && !FREE_FIELDS.test(name) && !named.has(name),
  );
  if (extra !== undefined) throw denied(`Invalid according to Policy: Extra input fields: ${extra}`);
}

function readPolicy(text: string): { expiration: string; conditions: unknown[] } {
  try {
    const policy: unknown = JSON.parse(text);
    if (typeof policy === 'object' && policy !== null && 'conditions' in policy && 'expiration' in policy) {
      const { conditions, expiration } = policy;
      if (Array.isArray(conditions) && typeof expiration === 'string') return { expiration, conditions };
    }
  } catch {
    // told below
  }
  throw new ServiceError(
    400,
    'InvalidPolicyDocument',
    'The policy is no JSON with expiration and conditions.',
  );
}

/** Why the form does not meet it; undefined when it does. @param named takes up the fields that are spoken of */
function failedCondition(
  condition: unknown,
  values: ReadonlyMap<string, string>,
  bytes: number,
  named: Set<string>,
): string | undefined {
  if (Array.isArray(condition)) {
    const [operator, first, second] = condition;
    if (operator === 'content-length-range')
      return bytes >= Number(first) && bytes <= Number(second) ? undefined : 'content-length-range';
    const name = String(first).replace(/^\$/, '').toLowerCase();
    named.add(name);
    const value = values.get(name) ?? '';
    const isMet =
      operator === 'starts-with'
        ? value.startsWith(String(second))
        : operator === 'eq' && value === String(second);
    return isMet ? undefined : name;
  }
  for (const [given, value] of Object.entries(condition ?? {})) {
    const name = given.toLowerCase();
    named.add(name);
    if (values.get(name) !== String(value)) return name;
  }
  return undefined;
}
