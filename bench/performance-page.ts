import type { Figure } from './compare.ts';

export interface Results {
  readonly machine: string;
  /** the day of the newest figure */
  readonly at: string;
  readonly figures: readonly Figure[];
}

/** Why a figure is not where it is to be; causes as profiled, not excuses. */
const SHORT: Readonly<Record<string, string>> = {
  'signature: list':
    'an HMAC by `createHmac` is half of it; keyed once and copied it would be a third less, in code of our own about keys',
  'import + first answer of describe, processor time':
    'middy, valibot and fast-xml-parser are what is left, since the driver of the database is loaded when it is first needed; a code cache of V8 was not tried',
  'import + first answer of describe, wall': 'the same',
  'warm answer of describe, one instance, processor time':
    'half of it is middy, the router, the request log and the writing of JSON; the rest the exchange itself, which both have',
};

/** docs/performance.md, of what `npm run bench` measured. */
export function performancePage({ machine, at, figures }: Results): string {
  const missed = figures.filter(({ ratio, goal }) => ratio < goal);
  return `# Performance

Each figure beside that of a peer, in one run: \`npm run bench\`, or \`npm run bench -- sign\` for one row. Functions of one process are measured in turn by
tinybench, five rounds of which the middle ratio counts; starts are fresh processes in turn, thirty of each, less what a handler costs that does
nothing. Made of bench/results.json by a test.

${machine}; ${at}. Others worked on the machine, too: ratios hold, times are 15 % up or down.

| figure | peer | ours | the peer's | times as fast | to reach | command |
| --- | --- | --- | --- | --- | --- | --- |
${figures.map(rowOf).join('\n')}

\`\`\`mermaid
xychart-beta horizontal
  title "times as fast as the peer"
  x-axis [${figures.map(({ figure }) => JSON.stringify(figure)).join(', ')}]
  bar [${figures.map(({ ratio }) => ratio.toFixed(2)).join(', ')}]
\`\`\`

## What falls short, and why

${missed.length === 0 ? 'Nothing of the table above.' : missed.map(({ figure }) => `- *${figure}*: ${SHORT[figure] ?? 'not yet looked into'}.`).join('\n')}

## Without a peer

| figure | value | command |
| --- | --- | --- |
| deliveries a second, one fast endpoint | 2 303 (1 000 wanted); 1 240 before a statement was [one round trip](decisions/0022-one-round-trip.md), 246 before they were [claimed ahead](decisions/0021-claims-ahead.md) | \`npx tsx bench/deliver.ts\` |
| the same, an endpoint of 50 ms | 154 (145 wanted, 160 is all that eight seats allow) | the same |
| the same, twenty fast endpoints | 1 710, before 899 | the same |
| WAL of one delivery | 4.5 KB (12 wanted) | the same |
| one event of on-object until its job is submitted | 21 ms, before 50 | \`npx tsx bench/backfill.ts 1000\` |
| round trips of a transaction of n statements | n + 2, as node-postgres; before 2n + 2 | \`npx vitest run --project store test/store/round-trips.test.ts\` |
| memory of deliver with twenty endpoints and events of 250 KB | 116 MB at most; 96 were wanted and are not kept: buffers that the collector has not come to. 68 MB with one endpoint | the same |
| a sweep of 10 000 open jobs in which nothing changed | 99 requests, 0.03 MB of WAL, 0.15 ms of CPU a job | \`npx tsx bench/unchanged-sweep.ts 10000\` |
| a backfill of 10 000 objects | 13 listings, 188 s, 88 MB at most; an upload beside it takes 30 ms, without 21 | \`npx tsx bench/backfill.ts 10000\` |
| a GIF that has to fit | 95 % within two more tries, 88 % of the allowed bytes used in the median | \`npx tsx bench/fit.ts\` |
| import of a function | 11 to 18 ms | \`npx tsx bench/import-time.ts\` |

## Not measured against a peer yet

Deliveries against a queue in PostgreSQL (pg-boss), sweeps against the official client, uploads to submitted jobs. [Benchmarks](../bench/README.md) has what is measured of ours alone.
`;
}

function rowOf({ figure, peer, ours, theirs, unit, ratio, goal, command }: Figure): string {
  const reached = ratio >= goal ? '' : ' (short)';
  return `| ${figure} | ${peer} | ${ours.toFixed(2)} ${unit} | ${theirs.toFixed(2)} ${unit} | **${ratio.toFixed(2)}**${reached} | ${goal.toFixed(2)} | \`${command}\` |`;
}
