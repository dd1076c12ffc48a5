/**
 * How long GET /watches takes by each filter, and by several together, with so many watches stored:
 * `npx tsx bench/lists.ts [watches]`; 200 000 take a minute, 1 000 000 ten.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres } from '../local/postgres/start-postgres.ts';
import { openStore } from '../shared/store/store.ts';
import { listWatches } from '../shared/watch/lists/list-watches.ts';
import type { WatchFilter, WatchQuery } from '../shared/watch/lists/watch-filter.ts';
import { storeListed } from './listed-watches.ts';
import { median } from './median.ts';

const WATCHES = Number(process.argv[2] ?? 200_000);
const LIMIT_MS = WATCHES <= 200_000 ? 50 : 150;
const ROUNDS = 5;
const PAGE = 50;
/** Of each list so many pages are read, and then one that begins in its middle. */
const PAGES = 3;

const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
/** The day of a key, as storeListed writes it. */
const day = (days: number) => ago(days).toISOString().slice(0, 10);

/** What is there of each: see storeListed. */
const FILTERS: Readonly<Record<string, WatchFilter>> = {
  nothing: {},
  'state=Running': { state: ['Running'] },
  'state=Success,Failed': { state: ['Success', 'Failed'] },
  'outcome=Success': { outcome: ['Success'] },
  'outcome=Failed,Cancel,Missing': { outcome: ['Failed', 'Cancel', 'Missing'] },
  'code, of a twentieth': { code: ['ResourceDownloadFailed'] },
  'code, a month ago': { code: ['TranscodeFailed'] },
  'code=Success': { code: ['Success'] },
  'open=true': { open: true },
  'open=false': { open: false },
  'rule, of a tenth': { rule: 'rule-3' },
  'rule, a month ago': { rule: 'old-rule' },
  'rule, none': { rule: 'nobodys' },
  bucket: { bucket: 'media-1250000000' },
  'bucket, a month ago': { bucket: 'old-1250000000' },
  tag: { tag: 'Animation' },
  'tag, a month ago': { tag: 'Snapshot' },
  'since, 10 days': { since: ago(10) },
  'until, 10 days': { until: ago(10) },
  'since and until, a day': { since: ago(11), until: ago(10) },
  'outcome ended since, an hour': { outcome: ['Success'], since: ago(1 / 24) },
  'outcome ended until, 20 days': { outcome: ['Success'], until: ago(20) },
  'outcome ended in a day': { outcome: ['Success', 'Failed'], since: ago(21), until: ago(20) },
  'outcome ended in 2 minutes': { outcome: ['Success'], since: ago(20.001), until: ago(20) },
  'input, one key': { input: `clips/${day(15)}/user-7/777.mp4` },
  'input, none': { input: 'nowhere*' },
  'input, all': { input: 'clips/*' },
  'input, a day of today': { input: `clips/${day(0)}*` },
  'input, a day 15 days ago': { input: `clips/${day(15)}/*` },
  'input, 10 days, old': { input: `clips/${day(25).slice(0, 9)}*` },
  'input, an old tree': { input: 'archive/*' },
  'output, one key': { output: `gifs/${day(15)}/user-7/777.gif` },
  'output, a day 15 days ago': { output: `gifs/${day(15)}/*` },
  'output, an old tree': { output: 'old-gifs/*' },
  'rule and outcome': { rule: 'rule-3', outcome: ['Failed'] },
  'rule and code, a month ago': { rule: 'rule-3', code: ['TranscodeFailed'] },
  'rule and input of another': { rule: 'rule-3', input: 'archive/*' },
  'rule and bucket, none both': { rule: 'rule-3', bucket: 'old-1250000000' },
  'outcome and input, a day': { outcome: ['Failed'], input: `clips/${day(15)}/*` },
  'tag, bucket, state, rule, all': {
    tag: 'Animation',
    bucket: 'media-1250000000',
    state: ['Success'],
    rule: 'rule-5',
  },
  'state and outcome, none both': { state: ['Success'], outcome: ['Failed'] },
  'open and input, old': { open: true, input: `clips/${day(15)}/*` },
  'state and since': { state: ['Failed'], since: ago(3) },
};

let broken = 0;
const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-'));
// As root the server runs as another user, who must be let in.
await chmod(dataDir, 0o755);
const database = await startPostgres({ dataDir });
const store = openStore(database.url, Date.now);
try {
  await store.transaction((sql) => sql`select 1`);
  await storeListed(database.url, WATCHES);
  for (const [name, filter] of Object.entries(FILTERS)) {
    for (const order of ['desc', 'asc'] as const) await measure(`${name}, ${order}`, filter, order);
  }
} finally {
  await store.close();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
}
process.exitCode = broken > 0 ? 1 : 0;

async function measure(name: string, filter: WatchFilter, order: 'asc' | 'desc'): Promise<void> {
  const times: number[] = [];
  let [cursor, rows]: [string | undefined, number] = [undefined, 0];
  for (let page = 0; page < PAGES && cursor !== ''; page += 1) {
    const query: WatchQuery = { ...filter, order, limit: PAGE, ...(cursor ? { cursor } : {}) };
    const read = () => store.transaction((sql) => listWatches(sql, query));
    const rounds: number[] = [];
    let found = await read();
    for (let round = 0; round < ROUNDS; round += 1) {
      const startedMs = performance.now();
      found = await read();
      rounds.push(performance.now() - startedMs);
    }
    times.push(median(rounds));
    rows += found.Watches.length;
    cursor = found.NextCursor;
  }
  const slowest = Math.max(...times);
  const holds = slowest <= LIMIT_MS;
  if (!holds) broken += 1;
  console.log(
    `${holds ? '✓' : '✗'} ${name}: ${times.map((ms) => ms.toFixed(1)).join(', ')} ms, ${rows} watches`,
  );
}
