import { Bench } from 'tinybench';

/** One figure beside its peer's, of one run. */
export interface Figure {
  readonly figure: string;
  readonly peer: string;
  readonly ours: number;
  readonly theirs: number;
  /** µs or ms of processor time for each */
  readonly unit: string;
  /** how many times as fast as the peer */
  readonly ratio: number;
  /** the ratio that it is to reach */
  readonly goal: number;
  readonly command: string;
  /** what else was counted */
  readonly note?: string;
}

/** What a figure is compared by: both do the same work, and each checks that it was done. */
export interface Contest {
  readonly figure: string;
  readonly peer: string;
  readonly goal: number;
  readonly ours: () => unknown;
  readonly theirs: () => unknown;
}

const TIME_MS = 800;
const WARMUP_MS = 200;
/** The machine has other moods: each is measured several times in turn, and the middle of the ratios counts. */
const ROUNDS = 5;

/** Measures functions of one process against their peers, in turn. */
export async function compare(command: string, contests: readonly Contest[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { figure, peer, goal, ours, theirs } of contests) {
    const rounds: { ours: number; theirs: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const bench = new Bench({ time: TIME_MS / ROUNDS, warmupTime: WARMUP_MS / ROUNDS });
      bench.add('ours', ours).add('theirs', theirs);
      await bench.run();
      const [us, them] = bench.tasks.map(({ name, result }) => {
        if (result.state !== 'completed') throw new Error(`${figure}: ${name} ended as ${result.state}`);
        return result.latency.p50 * 1000;
      });
      rounds.push({ ours: us ?? Number.NaN, theirs: them ?? Number.NaN });
    }
    const middle = rounds.sort((a, b) => a.theirs / a.ours - b.theirs / b.ours)[Math.floor(ROUNDS / 2)];
    if (middle === undefined) continue;
    figures.push({ figure, peer, ...middle, unit: 'µs', ratio: middle.theirs / middle.ours, goal, command });
  }
  return figures;
}
