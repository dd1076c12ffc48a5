import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import { startCloud } from '../../emulators/ci/start-cloud.ts';
import { NO_FFMPEG } from './ffmpeg.ts';

export const BUCKET = 'media-1250000000';
export const REGION = 'ap-guangzhou';
export const TAG = 'Animation';
export const QUEUE = `p${'0'.repeat(32)}`;
export const CREDENTIALS = { secretId: 'jobwatch-local', secretKey: 'jobwatch-local-secret' };

export interface Fault {
  match: string;
  status?: number;
  code?: string;
  message?: string;
  times?: number;
  rate?: number;
  delayMs?: number;
  retryAfter?: number;
  phase?: 'before' | 'after';
  kind?: 'error' | 'reset' | 'hang' | 'truncate' | 'html';
}

/** The local Cloud Infinite on a free port, with its control surface. */
export async function startTestCloud(options: { sessionToken?: string; refusesVaguely?: boolean } = {}) {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-cloud-'));
  const cloud = await startCloud({
    port: 0,
    dataDir,
    bucket: BUCKET,
    region: REGION,
    ffmpeg: inject('ffmpeg') ?? NO_FFMPEG,
    ...CREDENTIALS,
    ...options,
  });

  async function control(method: string, name: string, body?: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(`${cloud.url}/_control${name}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_control${name}: ${response.status} ${text}`);
    return text === '' ? {} : JSON.parse(text);
  }

  return {
    ...cloud,
    dataDir,
    control,
    env: {
      CI_BUCKETS: `${BUCKET}@${REGION}`,
      CI_ENDPOINT: cloud.url,
      COS_ENDPOINT: cloud.url,
      TENCENTCLOUD_SECRETID: CREDENTIALS.secretId,
      TENCENTCLOUD_SECRETKEY: CREDENTIALS.secretKey,
    },
    reset: () => control('DELETE', ''),
    faults: (...faults: Fault[]) => control('PUT', '/faults', faults),
    /** Makes jobs that stand in `state`, and gives their ids. */
    async jobs(state: string, count = 1): Promise<string[]> {
      const { JobIds } = await control('POST', '/jobs', { count, state });
      if (!Array.isArray(JobIds)) throw new Error('no JobIds');
      return JobIds;
    },
    /** How many requests the operation got since the last reset, whatever was answered. */
    async requests(operation: string): Promise<number> {
      const { requests } = await control('GET', '/stats');
      const byStatus: unknown = Object(requests)[operation] ?? {};
      return Object.values(Object(byStatus)).reduce((sum: number, count) => sum + Number(count), 0);
    },
  };
}

export type TestCloud = Awaited<ReturnType<typeof startTestCloud>>;
