import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Figure } from '../compare.ts';
import { median } from '../median.ts';
import { startOpenGroups } from '../open-group.ts';

const JOBS = 10_000;
/** Jobs came so many a second. */
const A_SECOND = 100;
const ROUNDS = 3;
const MAX_RPS = 1_000_000;
const PEER = fileURLToPath(new URL('../peers/official-sweep.cjs', import.meta.url));
/** Jobs a question, and how many times as fast a sweep is to be. */
const PEERS = [
  { perQuestion: 1, what: 'one by one', goal: 5 },
  { perQuestion: 10, what: 'by tens', goal: 1.5 },
];

/** One look at all open jobs, of which none has changed, while Cloud Infinite answers at once. */
export async function sweeps(): Promise<Figure[]> {
  const groups = await startOpenGroups(MAX_RPS);
  try {
    for (let left = JOBS, ago = 3600; left > 0; left -= A_SECOND, ago -= 1)
      await groups.watch(A_SECOND, { ago });
    // The first writes down what CI says of them; then autovacuum would have come, and a sweep would have found it.
    await groups.sql`update watch_cohorts set next_check_at = jobwatch_now() - interval '1 second'`;
    await groups.sweep();
    await groups.sql`vacuum (analyze) watches`;
    await groups.makeDue();
    await groups.sweep();
    const rows = await groups.sql<{ job_id: string }[]>`select job_id from watches order by job_id`;
    const ids = JSON.stringify(rows.map(({ job_id }) => job_id));
    const ask = async (perQuestion: number) => {
      const told = await withInput([PEER, String(perQuestion)], groups.environment, ids);
      const { wallMs, known } = JSON.parse(told) as { wallMs: number; known: number };
      if (known !== JOBS) throw new Error(`expected ${JOBS} jobs, the peer read ${known}`);
      return wallMs;
    };
    const times = PEERS.map(() => ({ ours: [] as number[], theirs: [] as number[] }));
    let requests = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, { perQuestion }] of PEERS.entries()) {
        await groups.makeDue();
        const { wallMs, tally } = await groups.sweep();
        requests = tally.requests.list + tally.requests.describe;
        if (tally.claimed !== JOBS) throw new Error(`expected ${JOBS} jobs, the sweep took ${tally.claimed}`);
        times[index]?.ours.push(wallMs);
        times[index]?.theirs.push(await ask(perQuestion));
      }
    }
    return PEERS.map(({ what, goal }, index) => {
      const ours = median(times[index]?.ours ?? []);
      const theirs = median(times[index]?.theirs ?? []);
      return {
        figure: `a sweep of ${JOBS} open jobs, wall, beside ${what}`,
        peer: `cos-nodejs-sdk-v5 ${what}, four questions at once, keeping nothing`,
        ours,
        theirs,
        unit: 'ms',
        ratio: theirs / ours,
        goal,
        command: 'npm run bench -- sweep',
        note: `${requests} requests`,
      };
    });
  } finally {
    await groups.close();
  }
}

function withInput(args: string[], env: Record<string, string>, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...env, PATH: process.env['PATH'] } };
    const child = execFile(process.execPath, args, options, (error, stdout) =>
      error ? reject(error) : resolve(stdout.split('\n').at(-1) ?? ''),
    );
    child.stdin?.end(input);
  });
}
