/**
 * Requests a job and the delay of noticing, on paper: one group, one sweep a tick, durations spread log-normally around two
 * minutes. `npx tsx bench/simulate-cohorts.ts [seed]`.
 */

import { seededRandom } from '../emulators/ci/control/seeded-random.ts';
import { TICK_MS } from '../shared/throttle/schedule.ts';
import { createModel } from './cohort-model.ts';

const MEDIAN_MS = 120_000;
/** Of the logarithm of a duration. */
const SPREAD = 1;
const SEED = Number(process.argv[2] ?? 1);
/** No figure may be worse than the design's by more. */
const MARGIN = 1.1;

interface Target {
  readonly label: string;
  readonly perSecond: number;
  readonly jobs: number;
  readonly requests: number;
  /** of the duration */
  readonly delay: number;
}

const TARGETS: readonly Target[] = [
  { label: '1 an hour', perSecond: 1 / 3600, jobs: 4000, requests: 7.52, delay: 0.23 },
  { label: '0.001 a second', perSecond: 0.001, jobs: 4000, requests: 6.99, delay: 0.23 },
  { label: '1 a minute', perSecond: 1 / 60, jobs: 6000, requests: 3.04, delay: 0.18 },
  { label: '0.1 a second', perSecond: 0.1, jobs: 10_000, requests: 1.05, delay: 0.18 },
  { label: '1 a second', perSecond: 1, jobs: 20_000, requests: 0.29, delay: 0.18 },
  { label: '10 a second', perSecond: 10, jobs: 60_000, requests: 0.2, delay: 0.21 },
  { label: '100 a second', perSecond: 100, jobs: 200_000, requests: 0.18, delay: 0.22 },
];

for (const target of TARGETS) {
  const { requests, delay, rows, cohorts } = simulate(target);
  const kept = requests <= target.requests * MARGIN && delay <= target.delay * MARGIN;
  if (!kept) process.exitCode = 1;
  console.log(
    `${target.label}: ${requests.toFixed(2)} requests a job (${target.requests}), noticed after ${delay.toFixed(3)} of the duration (${target.delay}), ${rows.toFixed(2)} rows a job, ${cohorts.toFixed(1)} cohorts: ${kept ? 'kept' : 'NOT KEPT'}`,
  );
}

function simulate({ perSecond, jobs }: Target) {
  const random = seededRandom(SEED);
  const model = createModel(random);
  const untilNext = () => (-Math.log(1 - random()) / perSecond) * 1000;
  const duration = () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return MEDIAN_MS * Math.exp(SPREAD * normal);
  };
  let nowMs = 1_750_000_000_000;
  let arrivesMs = nowMs + untilNext();
  let [made, noticed, requests, delays, rows, sweeps, cohorts] = [0, 0, 0, 0, 0, 0, 0];
  while (noticed < jobs) {
    nowMs += TICK_MS;
    for (; arrivesMs <= nowMs && made < jobs; arrivesMs += untilNext()) {
      rows += model.add({ createdMs: arrivesMs, endsMs: arrivesMs + duration() });
      made += 1;
    }
    const swept = model.sweep(nowMs);
    if (swept.writes === 0) continue;
    sweeps += 1;
    cohorts += model.cohorts().length;
    requests += swept.requests;
    rows += swept.writes;
    noticed += swept.noticed.length;
    for (const { createdMs, endsMs } of swept.noticed) delays += (nowMs - endsMs) / (endsMs - createdMs);
  }
  return { requests: requests / jobs, delay: delays / jobs, rows: rows / jobs, cohorts: cohorts / sweeps };
}
