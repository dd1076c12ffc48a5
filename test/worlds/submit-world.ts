import postgres from 'postgres';
import { onTestFinished } from 'vitest';
import { createClient } from '../../shared/ci/client/create-client.ts';
import type { Job } from '../../shared/ci/job.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Rule } from '../../shared/rules/rule.ts';
import { type Asker, loadFunction, loadHandler } from './load-function.ts';
import { timeOf } from './shift-time.ts';
import { BUCKET, CREDENTIALS, REGION, startTestCloud, type TestCloud } from './test-cloud.ts';
import { startTestDatabase } from './test-database.ts';
import { until } from './until.ts';

/** SUBMIT_SETTLE_SECONDS of these tests. */
export const SETTLE_SECONDS = 120;
/** The longest that a POST of these tests can be under way, or a sweep's: its intent is not looked for before. */
export const POST_SECONDS = 30;

const FOR_EVER_MS = 30 * 24 * 3_600_000;

interface Listed {
  JobId: string;
  Intent: string;
  State: string;
  Outcome: string;
  NextCheckAt: string | null;
  [field: string]: unknown;
}

export interface World {
  readonly cloud: TestCloud;
  readonly databaseUrl: string;
  /** a connection of the test's own */
  readonly sql: postgres.Sql;
  /** of a function's instance in this world */
  readonly env: Record<string, string>;
  readonly submit: Asker;
  readonly describe: Asker;
  /** One tick; resolves with the sweep's summary. */
  readonly recheck: () => Promise<unknown>;
  /** Moves the time of the database and of CI. */
  readonly pass: (seconds: number) => Promise<void>;
  /** What `GET /watches` lists. */
  readonly watches: (query?: Record<string, string>) => Promise<Listed[]>;
  /** The jobs that CI really has and tells of, as it tells of them. */
  readonly jobsAtCi: () => Promise<Job[]>;
}

/**
 * A CI and a database of one test, with the functions that work on them.
 * @param more variables of the functions
 * @param databaseUrl of an empty database; default: one of its own on the shared server
 * @param rules that recheck works by
 */
export async function startWorld(
  more: Record<string, string> = {},
  databaseUrl?: string,
  rules: readonly Rule[] = [],
): Promise<World> {
  const cloud = await startTestCloud();
  onTestFinished(cloud.close);
  const url = databaseUrl ?? (await ownDatabase());
  const env = {
    ...cloud.env,
    API_AUTH: 'none',
    DATABASE_URL: url,
    CI_MAX_RPS: '1000',
    SUBMIT_SETTLE_SECONDS: String(SETTLE_SECONDS),
    ...more,
  };
  // Jobs stay as they are until a test moves them.
  await cloud.control('PUT', '/progress', { mode: 'time', queuedMs: FOR_EVER_MS, runningMs: FOR_EVER_MS });
  const [submit, describe, sweep] = [
    await loadFunction('api', env, rules),
    await loadFunction('describe', env, rules),
    await loadHandler('recheck', env, rules),
  ];
  const recheck = () => sweep({}, { request_id: 'tick', time_limit_in_ms: 60_000 });
  // Migrates the store.
  await recheck();
  const sql = postgres(url, { onnotice: () => undefined });
  onTestFinished(() => sql.end({ timeout: 0 }));
  const passInDatabase = timeOf(url);
  let offsetMs = 0;
  return {
    cloud,
    databaseUrl: url,
    sql,
    env,
    submit,
    describe,
    recheck,
    async pass(seconds) {
      offsetMs += seconds * 1000;
      await passInDatabase(seconds);
      await cloud.control('PUT', '/clock', { offsetMs });
    },
    async watches(query = {}) {
      const { status, json } = await describe('/watches', { query });
      if (status !== 200 || !Array.isArray(json['Watches'])) throw new Error(`GET /watches: ${status}`);
      return json['Watches'];
    },
    async jobsAtCi() {
      const ci = createClient({
        ...systemClock,
        endpoint: new URL(cloud.url),
        timeoutMs: 10_000,
        credentials: () => CREDENTIALS,
      });
      const jobs: Job[] = [];
      let nextToken = '';
      do {
        const query = { tag: 'Animation', size: '100', nextToken };
        const call = { deadlineMs: Date.now() + 10_000 };
        const page = await ci.listJobs({ name: BUCKET, region: REGION }, query, call);
        jobs.push(...page.JobsDetail);
        nextToken = page.NextToken;
      } while (nextToken !== '');
      return jobs;
    },
  };
}

async function ownDatabase(): Promise<string> {
  const database = await startTestDatabase();
  onTestFinished(database.close);
  return database.url;
}

/** One Operation, with a text of the user's. */
export function operation(UserData?: string) {
  return {
    Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif' } },
    Output: { Region: REGION, Bucket: BUCKET, Object: `gifs/\${jobid}.gif` },
    ...(UserData === undefined ? {} : { UserData }),
  };
}

/** A POST /jobs of these Operations. */
export function submission(operations: object[] = [operation()], headers: Record<string, string> = {}) {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ Tag: 'Animation', Input: { Object: 'clips/a.mp4' }, Operation: operations }),
  };
}

/**
 * Resolves as soon as CI has done what it does for a request of this kind, and keeps the answer to itself.
 * @param before requests of this kind that it had already
 */
export async function untilCiHangs(world: World, operation: string, before = 0): Promise<void> {
  await until(async () => {
    if ((await world.cloud.requests(operation)) <= before) throw new Error('nothing hangs');
  });
}
