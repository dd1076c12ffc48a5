/**
 * `npm run bench [-- row …]`: our figures beside their peers', each of one run, on the terminal and in bench/results.json, of
 * which docs/performance.md is made. Rows: sign, parse, start, warm, submit, sweep, deliver.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Figure } from './compare.ts';
import { deliveries } from './rows/deliver.ts';
import { parsing } from './rows/parse.ts';
import { signatures } from './rows/sign.ts';
import { starts, warmAnswers } from './rows/start.ts';
import { submissions } from './rows/submit.ts';
import { sweeps } from './rows/sweep.ts';

const RESULTS = fileURLToPath(new URL('results.json', import.meta.url));
const ROWS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  sign: signatures,
  parse: parsing,
  start: starts,
  warm: warmAnswers,
  submit: submissions,
  sweep: sweeps,
  deliver: deliveries,
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in ROWS));
if (unknown !== undefined) {
  console.error(`expected ${Object.keys(ROWS).join(', ')}, got ${unknown}`);
  process.exit(2);
}

const before: { figures?: Figure[] } = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
const figures = new Map((before.figures ?? []).map((figure) => [figure.figure, figure]));
for (const name of asked.length === 0 ? Object.keys(ROWS) : asked) {
  for (const figure of (await ROWS[name]?.()) ?? []) {
    figures.set(figure.figure, figure);
    const { figure: what, ours, theirs, unit, ratio, goal, note } = figure;
    const judged = ratio >= goal ? 'reached' : 'NOT REACHED';
    console.log(
      `${what}: ${ours.toFixed(2)} ${unit}, peer ${theirs.toFixed(2)} ${unit}: ${ratio.toFixed(2)} times as fast, at least ${goal.toFixed(2)}: ${judged}${note ? ` (${note})` : ''}`,
    );
  }
}
const [cpu] = cpus();
const machine = `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, Node ${process.version}, ${process.platform}`;
const at = new Date().toISOString().slice(0, 10);
writeFileSync(RESULTS, `${JSON.stringify({ machine, at, figures: [...figures.values()] }, null, 2)}\n`);
