import type { Findings } from '../findings.ts';
import type { Unfinished } from '../until-quiet.ts';
import type { Violation } from './violation.ts';

/** Every job is watched, and its outcome is CI's; nothing is left open. */
export function checkOutcomes({ jobs, watches }: Findings, unfinished: Unfinished | undefined): Violation[] {
  const promise = 'every watched job reaches the outcome that CI states';
  const byId = new Map(watches.filter(({ JobId }) => JobId !== '').map((watch) => [watch.JobId, watch]));
  const wrong = jobs.flatMap(({ JobId, State, InputObject, bucket }) => {
    const outcome = byId.get(JobId)?.Outcome;
    if (outcome === State) return [];
    const got = outcome === undefined ? 'no watch' : `"${outcome}"`;
    return [
      { promise, detail: `${JobId}: CI says ${State}, got ${got}`, object: { bucket, key: InputObject } },
    ];
  });
  const ids = new Set(jobs.map(({ JobId }) => JobId));
  const strangers = [...byId.keys()]
    .filter((id) => !ids.has(id))
    .map((id) => ({ promise, detail: `${id} is watched, and CI has no such job` }));
  const left =
    unfinished === undefined
      ? []
      : [{ promise, detail: `nothing moves any more: ${JSON.stringify(unfinished)}` }];
  return [...wrong, ...strangers, ...left];
}
