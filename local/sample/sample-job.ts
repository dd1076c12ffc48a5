import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { withTimeLimit } from '../../emulators/ci/time-limit.ts';
import { LOCAL_BUCKET, LOCAL_REGION } from '../settings.ts';
import { makeSampleClip } from './sample-clip.ts';

export const SAMPLE_CLIP = 'clips/sample.mp4';
export const SAMPLE_GIF = 'gifs/sample.mp4.gif';

/** Long enough for a slow machine; a start must not hang on its sample. */
const SAMPLE_TIMEOUT_MS = 60_000;
/** Short, for people to see how it moves. */
const ASK_EVERY_MS = 30;
const REQUEST_TIMEOUT_MS = 30_000;

export interface SampleOptions {
  ffmpeg: string;
  dataDir: string;
  /** Of the functions' HTTP API. */
  url: string;
  /** What the API wants as Authorization, if anything. */
  authorization: string | undefined;
  /** Called whenever the job has moved on: `Running 40 %`. */
  onProgress: (text: string) => void;
}

const jobsSchema = v.object({
  JobsDetail: v.array(
    v.object({
      JobId: v.string(),
      State: v.string(),
      Progress: v.optional(v.string()),
      Message: v.optional(v.string()),
    }),
  ),
});
const watchesSchema = v.object({
  Watches: v.array(v.object({ JobId: v.string(), Input: v.object({ Object: v.optional(v.string()) }) })),
});
type SampleJob = v.InferOutput<typeof jobsSchema>['JobsDetail'][number];

/** Whether there is nothing in the bucket, except perhaps the clip of a first start that was cut short. */
export async function needsSample(dataDir: string): Promise<boolean> {
  const bucket = bucketFolder(dataDir);
  const files = [...(await filesBelow(bucket)), ...(await filesBelow(path.join(dataDir, 'objects')))];
  return files.every((file) => file === path.join(bucket, SAMPLE_CLIP));
}

/** Where an object of the local bucket lies. */
export function objectFile(dataDir: string, key: string): string {
  return path.join(bucketFolder(dataDir), key);
}

/** CI's request for the sample's job, as POST /jobs takes it. */
export function sampleRequest(format: 'gif' | 'webp', output: string) {
  return {
    Tag: 'Animation',
    Input: { Object: SAMPLE_CLIP },
    Operation: {
      Animation: { Container: { Format: format }, Video: { Codec: format, Width: '320', Fps: '12' } },
      Output: { Region: LOCAL_REGION, Bucket: LOCAL_BUCKET, Object: output },
    },
  };
}

/**
 * Drops the sample clip into the bucket like anybody else, and follows what the rule makes of it through our own HTTP
 * API.
 *
 * @throws Error with the reason when there is no GIF in the end
 */
export async function runSampleJob({
  ffmpeg,
  dataDir,
  url,
  authorization,
  onProgress,
}: SampleOptions): Promise<string> {
  await makeSampleClip(ffmpeg, objectFile(dataDir, SAMPLE_CLIP), path.join(dataDir, 'sample.mp4.part'));
  const get = (target: string): Promise<unknown> =>
    withTimeLimit(REQUEST_TIMEOUT_MS, undefined, async (signal) => {
      const headers = authorization ? { authorization } : {};
      const response = await fetch(`${url}${target}`, { headers, signal });
      const text = await response.text();
      if (!response.ok) throw new Error(`GET ${target} answered ${response.status}: ${text}`);
      return JSON.parse(text);
    });

  const giveUpAt = Date.now() + SAMPLE_TIMEOUT_MS;
  let lastShown = '';
  for (let jobId = ''; ; await delay(ASK_EVERY_MS)) {
    jobId ||= watchOfSample(v.parse(watchesSchema, await get('/watches')))?.JobId ?? '';
    const job = jobId && v.parse(jobsSchema, await get(`/jobs/${jobId}`)).JobsDetail[0];
    const text = job ? describeJob(job) : 'dropped';
    if (text !== lastShown) onProgress(text);
    lastShown = text;
    if (job && job.State === 'Success') return jobId;
    if (job && (job.State === 'Failed' || job.State === 'Cancel')) {
      throw new Error(`job ${jobId} ended as ${text}`);
    }
    if (Date.now() > giveUpAt)
      throw new Error(`${SAMPLE_CLIP} is still ${text} after ${SAMPLE_TIMEOUT_MS / 1000} s`);
  }
}

function watchOfSample({ Watches }: v.InferOutput<typeof watchesSchema>) {
  return Watches.find(({ JobId, Input }) => JobId !== '' && Input.Object === SAMPLE_CLIP);
}

function describeJob({ State, Progress, Message }: SampleJob): string {
  if (State === 'Running' && Progress) return `${State} ${Progress} %`;
  return State === 'Failed' && Message ? `${State}: ${Message}` : State;
}

function bucketFolder(dataDir: string): string {
  return path.join(dataDir, 'buckets', LOCAL_BUCKET);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.path, entry.name));
}
