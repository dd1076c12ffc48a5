import type { Fit } from '../../rules/rule.ts';

/** What one try came to. */
export interface Measured {
  readonly width: number;
  readonly fps: number;
  readonly bytes: number;
}

/** Parameters of the next try. */
export interface NextTry {
  readonly Width: number;
  readonly Fps: number;
  /** the smallest once more: whatever it comes to, it is the last */
  readonly isLast: boolean;
}

/** bytes ∝ (width² × fps)^k, until two results tell k. Measured over clips of different motion: `bench/fit.ts`. */
const USUAL_K = 0.82;
/** What two results tell is believed within these: a clip that stands still tells nothing of motion. */
const LEAST_K = 0.35;
const MOST_K = 1.3;
/** Aimed at, of what is allowed: a prediction may be wrong by so much. */
const AIM = 0.96;
/** A try that is to have hardly fewer pixels a second would not be worth its price. */
const WORTH_IT = 0.97;

/**
 * What to try next, when the last result is too large: fewer pictures a second down to the floor, then a smaller width,
 * even. Undefined when it fits, when the tries are used up, or when no try would help. One that came out larger than an
 * earlier one ends the fit: the smallest is made once more, so that it is what lies there in the end.
 *
 * @param results of all tries so far, in their order; at least one
 */
export function nextTry(results: readonly Measured[], fit: Fit): NextTry | undefined {
  const last = results.at(-1);
  if (last === undefined || last.bytes <= fit.maxBytes) return undefined;
  const smallest = results.reduce((least, one) => (one.bytes < least.bytes ? one : least), last);
  if (smallest.bytes < last.bytes) return { Width: smallest.width, Fps: smallest.fps, isLast: true };
  if (results.length >= fit.tries) return undefined;
  const wanted = productOf(last) * ((fit.maxBytes * AIM) / last.bytes) ** (1 / exponentOf(results));
  const next = parametersFor(wanted, last, fit);
  return productOf(next) < productOf(last) * WORTH_IT
    ? { Width: next.width, Fps: next.fps, isLast: false }
    : undefined;
}

/** Pixels of the width alone: the height goes with it. */
function productOf({ width, fps }: Pick<Measured, 'width' | 'fps'>): number {
  return width * width * fps;
}

function exponentOf(results: readonly Measured[]): number {
  const [before, last] = results.slice(-2);
  if (before === undefined || last === undefined) return USUAL_K;
  const k = Math.log(before.bytes / last.bytes) / Math.log(productOf(before) / productOf(last));
  return Number.isFinite(k) ? Math.min(MOST_K, Math.max(LEAST_K, k)) : USUAL_K;
}

function parametersFor(
  product: number,
  { width, fps }: Measured,
  { floor }: Fit,
): { width: number; fps: number } {
  const fewer = Math.floor((product / (width * width)) * 10) / 10;
  if (fewer >= floor.Fps) return { width, fps: Math.min(fps, fewer) };
  const leastFps = Math.min(fps, floor.Fps);
  const narrower = 2 * Math.floor(Math.sqrt(product / leastFps) / 2);
  return { width: Math.min(width, Math.max(floor.Width, narrower)), fps: leastFps };
}
