import type { Bucket } from '../bucket.ts';
import type { Job, JobsAnswer, JobsPage } from '../job.ts';
import type { JobRequest } from '../job-request.ts';
import { cachedSignKey } from '../signature/sign-key.ts';
import { DESCRIBE_SHAPE, LIST_SHAPE, parseJobs, parseJobsPage } from '../xml/parse-jobs.ts';
import { OBJECTS_SHAPE, type ObjectsPage, parseObjects } from '../xml/parse-objects.ts';
import { writeXml } from '../xml/write-xml.ts';
import { checkCreated, checkDescribed } from './check-answer.ts';
import type { CiRequest } from './ci-request.ts';
import type { CallOptions, ClientOptions } from './client-options.ts';
import { createClockSkew } from './clock-skew.ts';
import { eachChunk } from './each-chunk.ts';
import { send } from './send.ts';
import type { ClientState } from './sign-request.ts';

/** The most objects on one page of COS's list [doc]. */
const OBJECTS_PER_PAGE = 1000;
/** Cancel answers with an empty body. */
const MAX_CANCEL_BYTES = 64 * 1024;

/** The parameters of DescribeMediaJobs, named as on the wire; times are `2026-01-01T00:00:00+0800`. */
export interface ListQuery {
  readonly tag: string;
  readonly queueId?: string;
  readonly states?: string;
  readonly orderByTime?: 'Desc' | 'Asc';
  /** 1–100 */
  readonly size?: string;
  readonly nextToken?: string;
  readonly startCreationTime?: string;
  readonly endCreationTime?: string;
  readonly inputObject?: string;
}

interface ObjectQuery {
  readonly prefix: string;
  /** list what comes after this key; '' from the beginning */
  readonly marker: string;
}

export interface CiClient {
  /** Asks for any number of distinct ids, ten a request; every id stands in the answer, in the order asked. */
  describeJobs(bucket: Bucket, jobIds: readonly string[], call: CallOptions): Promise<JobsAnswer>;
  listJobs(bucket: Bucket, query: ListQuery, call: CallOptions): Promise<JobsPage>;
  /** Submits; each Operation becomes a job. Never repeated unless it is certain that CI did not take it. */
  createJobs(bucket: Bucket, request: JobRequest, call: CallOptions): Promise<Job[]>;
  cancelJobs(bucket: Bucket, jobIds: readonly string[], call: CallOptions): Promise<void>;
  /** One page of a bucket's objects, in the order of their keys. */
  listObjects(bucket: Bucket, query: ObjectQuery, call: CallOptions): Promise<ObjectsPage>;
}

/** A client of CI's media jobs API. All its calls throw CiError. */
export function createClient(options: ClientOptions): CiClient {
  const client: ClientState = { options, skew: createClockSkew(options.now), signKeyOf: cachedSignKey() };
  return {
    async describeJobs(bucket, jobIds, call) {
      const answers = await eachChunk(jobIds, call, (ids, chunkCall) =>
        send(client, describeRequest(bucket, ids), chunkCall),
      );
      const [first] = answers;
      if (first && answers.length === 1) return first;
      return {
        JobsDetail: answers.flatMap((answer) => answer.JobsDetail),
        NonExistJobIds: answers.flatMap((answer) => answer.NonExistJobIds),
      };
    },
    listJobs: (bucket, query, call) => send(client, listRequest(bucket, query), call),
    createJobs: (bucket, request, call) => send(client, createRequest(bucket, request), call),
    listObjects: (bucket, query, call) => send(client, objectsRequest(bucket, query), call),
    async cancelJobs(bucket, jobIds, call) {
      await eachChunk(jobIds, call, (ids, chunkCall) => send(client, cancelRequest(bucket, ids), chunkCall));
    },
  };
}

function describeRequest(bucket: Bucket, ids: readonly string[]): CiRequest<JobsAnswer> {
  return {
    operation: 'DescribeMediaJob',
    method: 'GET',
    bucket,
    path: `/jobs/${ids.join(',')}`,
    query: {},
    idempotent: true,
    maxBytes: DESCRIBE_SHAPE.maxBytes,
    read: (body) => checkDescribed(parseJobs(body), ids, body),
  };
}

function listRequest(bucket: Bucket, query: ListQuery): CiRequest<JobsPage> {
  return {
    operation: 'DescribeMediaJobs',
    method: 'GET',
    bucket,
    path: '/jobs',
    query: { ...query },
    idempotent: true,
    maxBytes: LIST_SHAPE.maxBytes,
    read: (body) => ({ ...parseJobsPage(body), document: body }),
  };
}

function createRequest(bucket: Bucket, request: JobRequest): CiRequest<Job[]> {
  return {
    operation: 'CreateMediaJobs',
    method: 'POST',
    bucket,
    path: '/jobs',
    query: {},
    body: writeXml('Request', request),
    idempotent: false,
    maxBytes: DESCRIBE_SHAPE.maxBytes,
    read: (body) => checkCreated(parseJobs(body).JobsDetail, request.Operation.length),
  };
}

function cancelRequest(bucket: Bucket, ids: readonly string[]): CiRequest<void> {
  return {
    operation: 'CancelMediaJob',
    method: 'PUT',
    bucket,
    path: `/jobs/${ids.join(',')}`,
    query: { cancel: '' },
    idempotent: true,
    maxBytes: MAX_CANCEL_BYTES,
    read: () => undefined,
  };
}

function objectsRequest(bucket: Bucket, { prefix, marker }: ObjectQuery): CiRequest<ObjectsPage> {
  return {
    operation: 'GetBucket',
    method: 'GET',
    bucket,
    service: 'cos',
    path: '/',
    // XML cannot carry every key: they come percent-encoded.
    query: { prefix, marker, 'encoding-type': 'url', 'max-keys': String(OBJECTS_PER_PAGE) },
    idempotent: true,
    maxBytes: OBJECTS_SHAPE.maxBytes,
    read: parseObjects,
  };
}
