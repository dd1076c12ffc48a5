import { createHash } from 'node:crypto';
import type { CloudParts } from '../cloud.ts';
import { type CloudRequest, writerOf } from '../cloud-request.ts';
import { readCosXml } from '../read-request-xml.ts';
import { parameter } from '../read-target.ts';
import { emptyReply, type Reply, xmlReply } from '../reply.ts';
import { invalidArgument, ServiceError } from '../service-error.ts';
import type { XmlElement } from '../xml/read-xml.ts';
import { elementsOf, textOf } from '../xml/xml-fields.ts';
import { checkKey } from './check-key.ts';
import { openSource } from './copy-object.ts';
import { ownerOf, readEncoding, written } from './get-bucket.ts';
import { quotedEtag } from './object-headers.ts';
import { checkSums, readContentMd5 } from './put-object.ts';
import { readRange } from './read-range.ts';
import { readUpload } from './read-upload.ts';
import type { BegunUpload, Part } from './upload-store.ts';

// [doc 436/7750, 436/7742]
const MAX_PART_NUMBER = 10_000;
const MIN_PART_BYTES = 1024 * 1024;
const MAX_LISTED = 1000;

export async function initiateUpload(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  checkKey(request.subject);
  const { id } = await cloud.uploads.begin(request.subject, readUpload(request.headers));
  return xmlReply(200, 'InitiateMultipartUploadResult', {
    Bucket: cloud.bucket,
    Key: request.subject,
    UploadId: id,
  });
}

/** UploadPart, and UploadPartCopy when the bytes lie in an object already. */
export async function uploadPart(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const { id } = await begun(request, cloud);
  const number = readPartNumber(parameter(request.query, 'partNumber'));
  if (request.headers['x-cos-copy-source'] !== undefined) return copyPart(request, cloud, id, number);
  const { headers } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined)
    throw new ServiceError(411, 'MissingContentLength', 'The Content-Length header is missing.');
  const md5 = readContentMd5(headers['content-md5']);
  const part = await cloud.uploads.putPart(id, number, request.body(), (sums) => checkSums(sums, md5));
  return emptyReply(200, { etag: `"${part.etag}"`, 'x-cos-hash-crc64ecma': part.crc64 });
}

async function copyPart(
  request: CloudRequest,
  cloud: CloudParts,
  id: string,
  number: number,
): Promise<Reply> {
  const { info, handle } = await openSource(request, cloud);
  const header = request.headers['x-cos-copy-source-range'];
  let body: ReturnType<typeof handle.createReadStream> | undefined;
  try {
    const range = readRange(typeof header === 'string' ? header : undefined, info.size);
    body = handle.createReadStream(range ?? { start: 0 });
  } finally {
    if (body === undefined) await handle.close();
  }
  const part = await cloud.uploads.putPart(id, number, body, () => undefined);
  return xmlReply(200, 'CopyPartResult', {
    ETag: `"${part.etag}"`,
    LastModified: new Date(part.lastModified).toISOString(),
  });
}

export async function listParts(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const { query } = request;
  const upload = await begun(request, cloud);
  const encode = written(readEncoding(parameter(query, 'encoding-type')));
  const after = readCount(query, 'part-number-marker', 0);
  const most = Math.min(readCount(query, 'max-parts', MAX_LISTED), MAX_LISTED);
  const parts = (await cloud.uploads.partsOf(upload.id)).filter(({ number }) => number > after);
  const page = parts.slice(0, most);
  const owner = { ID: ownerOf(cloud.bucket), DisplayName: ownerOf(cloud.bucket) };
  return xmlReply(200, 'ListPartsResult', {
    Bucket: cloud.bucket,
    EncodingType: parameter(query, 'encoding-type'),
    Key: encode(upload.key),
    UploadId: upload.id,
    Initiator: owner,
    Owner: owner,
    StorageClass: 'STANDARD',
    PartNumberMarker: String(after),
    NextPartNumberMarker: page.length < parts.length ? String(page.at(-1)?.number) : undefined,
    MaxParts: String(most),
    IsTruncated: String(page.length < parts.length),
    Part: page.map((part) => ({
      PartNumber: String(part.number),
      LastModified: new Date(part.lastModified).toISOString(),
      ETag: `"${part.etag}"`,
      Size: String(part.size),
    })),
  });
}

/** ListMultipartUploads; keys up to a delimiter are told once. */
export async function listUploads(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const { query } = request;
  const prefix = parameter(query, 'prefix') ?? '';
  const delimiter = parameter(query, 'delimiter') ?? '';
  const encode = written(readEncoding(parameter(query, 'encoding-type')));
  const [keyMarker, idMarker] = [
    parameter(query, 'key-marker') ?? '',
    parameter(query, 'upload-id-marker') ?? '',
  ];
  const most = Math.min(readCount(query, 'max-uploads', MAX_LISTED), MAX_LISTED);
  const all = (await cloud.uploads.all()).filter(({ key }) => key.startsWith(prefix));
  // Without the id of an upload its key is passed altogether [doc].
  const start = all.findIndex(({ key, id }) => key > keyMarker || (key === keyMarker && id === idMarker));
  const at = all[start];
  const rest = start === -1 ? [] : all.slice(at?.key === keyMarker && at.id === idMarker ? start + 1 : start);
  const cutOf = ({ key }: BegunUpload) => (delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length));
  const page = rest.slice(0, most);
  const prefixes = new Set(
    page.filter((one) => cutOf(one) !== -1).map((one) => one.key.slice(0, cutOf(one) + delimiter.length)),
  );
  const isTruncated = page.length < rest.length;
  const owner = { ID: ownerOf(cloud.bucket), DisplayName: ownerOf(cloud.bucket) };
  return xmlReply(200, 'ListMultipartUploadsResult', {
    Bucket: cloud.bucket,
    EncodingType: parameter(query, 'encoding-type'),
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: isTruncated ? encode(page.at(-1)?.key ?? '') : undefined,
    NextUploadIdMarker: isTruncated ? page.at(-1)?.id : undefined,
    MaxUploads: String(most),
    IsTruncated: String(isTruncated),
    Prefix: encode(prefix),
    Delimiter: encode(delimiter),
    Upload: page
      .filter((one) => cutOf(one) === -1)
      .map(({ key, id, initiatedAt }) => ({
        Key: encode(key),
        UploadId: id,
        StorageClass: 'STANDARD',
        Initiator: owner,
        Owner: owner,
        Initiated: new Date(initiatedAt).toISOString(),
      })),
    CommonPrefixes: [...prefixes].map((Prefix) => ({ Prefix: encode(Prefix) })),
  });
}

/** The parts that are named, in the order of their numbers, become the object [doc]. */
export async function completeUpload(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const root = await readCosXml(request, 'CompleteMultipartUpload');
  const info = await cloud.uploads.alone(request.query.get('uploadId') ?? '', async () => {
    const upload = await begun(request, cloud);
    const parts = namedParts(root, await cloud.uploads.partsOf(upload.id));
    const md5s = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
    const etag = `${createHash('md5').update(md5s).digest('hex')}-${parts.length}`;
    const forbids = upload.upload.forbidsOverwrite || request.headers['x-cos-forbid-overwrite'] === 'true';
    const made = await cloud.objects.write(
      upload.key,
      cloud.uploads.read(upload.id, parts),
      { ...upload.upload, etag, forbidsOverwrite: forbids },
      () => undefined,
    );
    await cloud.uploads.remove(upload.id);
    return made;
  });
  cloud.objectCreated(info, 'cos:ObjectCreated:CompleteMultipartUpload', writerOf(request));
  const host = `${cloud.bucket}.cos.${cloud.region}.myqcloud.com`;
  const reply = xmlReply(200, 'CompleteMultipartUploadResult', {
    Location: `${host}/${info.key}`,
    Bucket: cloud.bucket,
    Key: info.key,
    ETag: quotedEtag(info),
  });
  return { ...reply, headers: { ...reply.headers, 'x-cos-hash-crc64ecma': info.crc64 } };
}

export async function abortUpload(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const { id } = await begun(request, cloud);
  await cloud.uploads.remove(id);
  return emptyReply(204);
}

async function begun(request: CloudRequest, cloud: CloudParts): Promise<BegunUpload> {
  const upload = await cloud.uploads.get(parameter(request.query, 'uploadId') ?? '');
  if (upload !== undefined && upload.key === request.subject) return upload;
  throw new ServiceError(
    404,
    'NoSuchUpload',
    'The multipart upload does not exist: it was completed, aborted or never begun.',
  );
}

function namedParts(root: XmlElement, parts: readonly Part[]): Part[] {
  const named = elementsOf(root, 'Part').map((part) => ({
    number: readPartNumber(textOf(part, 'PartNumber')),
    etag: textOf(part, 'ETag')?.replace(/^"|"$/g, ''),
  }));
  if (named.length === 0)
    throw new ServiceError(
      400,
      'MalformedXML',
      'CompleteMultipartUpload names no Part, expected 1 at least.',
    );
  const isInOrder = named.every(({ number }, place) => number > (named[place - 1]?.number ?? 0));
  if (!isInOrder)
    throw new ServiceError(
      400,
      'InvalidPartOrder',
      'The parts are not in the ascending order of their numbers.',
    );
  const found = named.map(({ number, etag }) => {
    const part = parts.find((one) => one.number === number);
    if (part === undefined || part.etag !== etag?.toLowerCase())
      throw new ServiceError(
        400,
        'InvalidPart',
        `The part ${number} was not uploaded with the ETag ${etag ?? '-'}.`,
      );
    return part;
  });
  const small = found.slice(0, -1).find(({ size }) => size < MIN_PART_BYTES);
  if (small !== undefined) {
    throw new ServiceError(
      400,
      'EntityTooSmall',
      `The part ${small.number} has ${small.size} bytes, expected ${MIN_PART_BYTES} of all but the last.`,
    );
  }
  return found;
}

function readPartNumber(text: string | undefined): number {
  const number = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 0;
  if (number < 1 || number > MAX_PART_NUMBER)
    throw invalidArgument(`PartNumber is ${text ?? 'missing'}, expected 1 to ${MAX_PART_NUMBER}.`);
  return number;
}

function readCount(query: URLSearchParams, name: string, fallback: number): number {
  const text = parameter(query, name);
  if (text === undefined) return fallback;
  if (!/^\d{1,9}$/.test(text)) throw invalidArgument(`${name} is ${text}, expected a number.`);
  return Number(text);
}
