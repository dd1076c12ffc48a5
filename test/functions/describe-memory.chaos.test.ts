import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { startChildFunction } from '../worlds/child-function.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';
import { startTestDatabase } from '../worlds/test-database.ts';

const WATCHES = 5000;
/** As many as come in half a minute, ten a second; an instance answers one at a time, as fast as it can. */
const QUESTIONS = 300;
const LIMIT_MB = 96;

/** Watches with as long keys, messages and codes as there are. */
async function storeLong(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  await sql`
    insert into watches (job_id, bucket, region, tag, queue_id, state, outcome, source, rule, job_created_at, created_at,
      ended_at, next_check_at, observed_at, input_key, code, message, progress, input_bytes, output_bytes, seconds, output_bucket,
      output_key, job)
    select 'j' || md5(n::text), ${BUCKET}, ${REGION}, 'Animation', 'p' || repeat('0', 32), 'Failed', 'Failed', 'object',
      'clips-to-gif', at, at, at, at, at, 'clips/' || repeat('字', 270) || n, 'ResourceDownloadFailed', repeat('m', 200), 100,
      n, n, 10, ${BUCKET}, 'gifs/' || repeat('é', 400) || n,
      json_build_object('JobId', 'j' || md5(n::text), 'State', 'Failed', 'Tag', 'Animation', 'Message', repeat('m', 3000))
    from (select n, now() - n * interval '1 second' as at from generate_series(1, ${WATCHES}::int) as n) as numbered`;
  await sql.end();
}

it('describe stays under 96 MB while page after page of 200 watches is asked for', async () => {
  const database = await startTestDatabase();
  onTestFinished(database.close);
  await storeLong(database.url);
  const describe = await startChildFunction('describe', {
    CI_BUCKETS: `${BUCKET}@${REGION}`,
    DATABASE_URL: database.url,
    API_AUTH: 'none',
  });
  let cursor = '';
  let peakBytes = 0;
  for (let asked = 0; asked < QUESTIONS; asked += 1) {
    const queryString = { limit: '200', ...(cursor === '' ? {} : { cursor }) };
    const event = { httpMethod: 'GET', path: '/watches', headers: {}, queryString, body: '' };
    const answer = await describe.run(event);
    if (answer.kind !== 'returned') throw new Error(JSON.stringify(answer));
    peakBytes = answer.peakMemoryBytes;
    const { statusCode, body } = JSON.parse(answer.body) as { statusCode: number; body: string };
    expect(statusCode).toBe(200);
    const page = JSON.parse(body) as { Watches: unknown[]; NextCursor: string };
    expect(page.Watches).toHaveLength(200);
    cursor = page.NextCursor;
  }
  console.log(`describe: ${(peakBytes / 1024 ** 2).toFixed(1)} MB at most`);
  expect(peakBytes / 1024 ** 2).toBeLessThan(LIMIT_MB);
});
