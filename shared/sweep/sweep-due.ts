import pLimit from 'p-limit';
import { allOf } from '../all-of.ts';
import { enterBucket } from '../throttle/bucket-lane.ts';
import type { Run } from '../throttle/run.ts';
import { TICK_MS } from '../throttle/schedule.ts';
import { adoptWatches } from './adopt.ts';
import { checkCovered } from './check-covered.ts';
import { type DueKind, dueKinds } from './claim/due-kinds.ts';
import { withHold } from './hold.ts';
import { sweepKind } from './sweep-kind.ts';

/** Buckets that are asked at once: one that hangs uses one place. */
const BUCKETS_AT_ONCE = 8;
/** What was due for so many ticks and not looked at means that sweeps do not keep up, or do not run. */
const OVERDUE_TICKS = 10;

/** Sweeps what was due when it began, bucket by bucket, until nothing is left or the deadline is near. */
export async function sweepDue(run: Run): Promise<void> {
  await adoptWatches(run);
  await checkCovered(run);
  const kinds = await run.store.transaction((sql) => dueKinds(sql, run.startedAt));
  const limit = pLimit(BUCKETS_AT_ONCE);
  const due = byBucket(kinds);
  const bucketsAtOnce = Math.min(due.length, BUCKETS_AT_ONCE);
  await allOf(due.map((bucket) => limit(() => sweepBucket(run, bucket, bucketsAtOnce))));
}

/** The kinds of each bucket, the longest due first. */
function byBucket(kinds: readonly DueKind[]): DueKind[][] {
  const buckets = new Map<string, DueKind[]>();
  for (const kind of kinds) {
    const key = `${kind.bucket} ${kind.region}`;
    buckets.set(key, [...(buckets.get(key) ?? []), kind]);
  }
  return [...buckets.values()];
}

async function sweepBucket(run: Run, kinds: readonly DueKind[], bucketsAtOnce: number): Promise<void> {
  const [first] = kinds;
  if (first === undefined || run.clock.now() >= run.deadlineMs) return;
  const lane = await enterBucket(run, { name: first.bucket, region: first.region });
  // It is put off: its watches stay due, and cost nothing meanwhile.
  if (lane === undefined) return;
  warnOfDelay(run, first);
  try {
    for (const kind of kinds) {
      if (lane.stopped || run.clock.now() >= run.deadlineMs) return;
      await withHold(run, { kind, lane, bucketsAtOnce }, sweepKind);
    }
  } finally {
    await lane.leave();
  }
}

function warnOfDelay(run: Run, { bucket, region, dueMs }: DueKind): void {
  const waitedMs = run.startedAt.getTime() - dueMs;
  if (waitedMs <= OVERDUE_TICKS * TICK_MS) return;
  run.log.error('watches are checked late: sweeps do not keep up, or did not run', {
    code: 'Overdue',
    waitedSeconds: Math.round(waitedMs / 1000),
    bucket,
    region,
  });
}
