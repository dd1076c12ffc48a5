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
    'a third of it is one HMAC by `createHmac`, the rest the encoding and sorting of seven names and values; remembering encoded names and sorting otherwise were tried, and gained nothing',
  'parse: a page of 100':
    'from 1.69 to 1.82 in several runs: more than half of it is the validator of fast-xml-parser, which stays in charge of what is well-formed',
  'import + first answer of describe, processor time':
    'half of what is left is Node itself: TLS, HTTP and cryptography, and the regular expression by which it knows IPv6 addresses. A code cache of V8 was tried and refused: [decision 24](decisions/0024-a-cold-answer.md)',
  'import + first answer of describe, wall':
    'the goal was set by processor time; 30 ms over a handler that does nothing, as was wanted besides. What both wait for, the exchange itself, counts against the quicker one',
  'warm answer of describe, one instance, processor time':
    'the same question asked bare, signed and over a kept connection, costs 0.23 ms on this machine: half a millisecond is ours, and as much is the peer’s. It is spread over middy, the router, input that is checked, time limits with their signals, the body read by an iterator, the request log and JSON, none of them more than a tenth; it is not taken apart yet',
  'a sweep of 10000 open jobs, wall, beside one by one': 'from 4.7 to 5.0 in several runs: see the next',
  'a sweep of 10000 open jobs, wall, beside by tens':
    'a page has the token of the next one in it, so that sweep and cloud take turns: of 7 ms a page four are the local cloud’s, which writes a hundred jobs, and one and a half is reading them. Asking for the next page while one is dealt with was tried, and gained nothing. The peer has four questions under way, reads nothing but its answer and keeps nothing; of a cloud that is further away a hundred requests weigh less than a thousand',
  'a delivery to one fast endpoint, beside eight at a time':
    '1 000 a second were wanted besides, and are reached twice over; the peer does three times as many as when the goal was set. It keeps no order, bounds nothing over instances, and signs nothing: an HMAC, a record of the attempt and the job’s place in line are what it leaves out',
};

/** docs/performance.md, of what `npm run bench` measured. */
export function performancePage({ machine, at, figures }: Results): string {
  const missed = figures.filter(({ ratio, goal }) => ratio < goal);
  return `# Performance

Each figure beside that of a peer, in one run: \`npm run bench\`, or \`npm run bench -- sign\` for one row. Functions of one process are measured in turn by
tinybench, five rounds of which the middle ratio counts; starts are fresh processes in turn, thirty of each, less what a handler costs that does
nothing; uploads, sweeps and deliveries are processes in turn against a PostgreSQL and a local cloud of their own, three to five rounds of which the
middle counts. Made of bench/results.json by a test.

${machine}; ${at}. One run, on a machine that did nothing else; ratios move by 5 % from run to run.

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
| deliveries a second, one fast endpoint | 1 841 to 2 303 (1 000 wanted); 246 before they were [claimed ahead](decisions/0021-claims-ahead.md) | \`npx tsx bench/deliver.ts\` |
| the same, an endpoint of 50 ms | 152 (145 wanted, 160 is all that eight seats allow) | the same |
| the same, twenty fast endpoints | 1 389, before 899 | the same |
| memory of deliver with twenty endpoints and events of 250 KB | 116 MB at most; 96 were wanted and are not kept: buffers that the collector has not come to. 70 MB with one endpoint | the same |
| round trips of a transaction of n statements | [n + 1](decisions/0022-one-round-trip.md), of statements that do not wait for each other 2 (node-postgres n + 2); before 2n + 2 | \`npx vitest run --project store test/store/round-trips.test.ts\` |
| round trips of an upload until its job is submitted | [12 in three transactions](decisions/0023-an-upload-in-twelve.md), before 41 in six | \`npx vitest run --project process test/objects/round-trips.test.ts\` |
| transactions for each slot of the rate, one request at a time; ten together | 1; 0.1, and 18 bytes of WAL each | \`npx tsx bench/slots.ts\` |
| a sweep of 10 000 open jobs in which nothing changed | 99 requests, 0.03 MB of WAL, 0.15 ms of CPU a job | \`npx tsx bench/unchanged-sweep.ts 10000\` |
| a backfill of 10 000 objects | 13 listings, 188 s, 88 MB at most; an upload beside it takes 30 ms, without 21 | \`npx tsx bench/backfill.ts 10000\` |
| a GIF that has to fit | 95 % within two more tries, 88 % of the allowed bytes used in the median | \`npx tsx bench/fit.ts\` |
| import of a function | 11 to 18 ms | \`npx tsx bench/import-time.ts\` |

[Benchmarks](../bench/README.md) has what else is measured of ours alone.
`;
}

function rowOf({ figure, peer, ours, theirs, unit, ratio, goal, command, note }: Figure): string {
  const reached = ratio >= goal ? '' : ' (short)';
  const what = note === undefined ? figure : `${figure}: ${note}`;
  return `| ${what} | ${peer} | ${ours.toFixed(2)} ${unit} | ${theirs.toFixed(2)} ${unit} | **${ratio.toFixed(2)}**${reached} | ${goal.toFixed(2)} | \`${command}\` |`;
}
