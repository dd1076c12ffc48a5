import type { Findings, FoundJob } from '../findings.ts';
import { idOf, RETRIED_CODE, type RuledPlace, ruledPlaceOf } from '../places.ts';
import type { JobLife } from '../world/job-log.ts';
import { isTaken, type Write } from '../world/ledger.ts';
import type { World } from '../world/world.ts';
import { jobsOf } from './check-jobs.ts';
import type { Violation } from './violation.ts';

/** What CI says of an object that was empty or gone when it read it. The same bytes written again are no new version. */
const UNREADABLE = new Set(['InvalidMediaFile', 'NoSuchKey']);

/** Nothing stale, nothing lost: what lies at an output in the end was made from the newest version of its object. */
export function checkOutputs({ ledger }: World, findings: Findings): Violation[] {
  return ledger.objects.flatMap((object) => {
    const place = ruledPlaceOf(object);
    const newest = newestOf(ledger.of(object), findings.etags.get(idOf(object)) ?? '');
    if (place === undefined || newest === undefined || !isTaken(object, newest)) return [];
    const own = jobsOf(object, findings.jobs);
    const isAgain = ledger.of(object).filter(({ etag }) => etag === newest.etag).length > 1;
    const wrong = whatIsWrong(own, newest, isAgain, place, findings);
    return wrong === undefined ? [] : [{ ...wrong, detail: `${idOf(object)}: ${wrong.detail}`, object }];
  });
}

/** The write whose bytes the object has. */
function newestOf(writes: readonly Write[], etag: string): Write | undefined {
  return writes.findLast((write) => write.etag === etag && etag !== '');
}

function whatIsWrong(
  own: readonly FoundJob[],
  newest: Write,
  isAgain: boolean,
  place: RuledPlace,
  { colours }: Findings,
): Violation | undefined {
  const last = own.at(-1);
  if (last === undefined) return { promise: 'nothing lost', detail: 'its newest version has no job' };
  const colourAt = ({ bucket, OutputKey: key }: FoundJob) => colours.get(idOf({ bucket, key }));
  if (own.some((job) => job.State === 'Success' && colourAt(job) === newest.colour)) return undefined;
  if (last.State === 'Failed')
    return isAgain && UNREADABLE.has(last.Code) ? undefined : failed(own, last, place);
  return {
    promise: 'nothing stale',
    detail: `expected an output of colour ${newest.colour} (${newest.etag}), got ${colourAt(last)} from ${last.JobId}`,
  };
}

/** The soak lets jobs fail with one code, for good where no rule tries again; others say nothing true of its clips. */
function failed(own: readonly FoundJob[], last: FoundJob, { retries }: RuledPlace): Violation | undefined {
  if (last.Code !== RETRIED_CODE) {
    return { promise: 'nothing lost', detail: `its last job ${last.JobId} failed with ${last.Code}` };
  }
  // How many tries the newest version has had is known from the last jobs alone: one each, and the retries.
  const tries = own.length - own.findLastIndex(({ Code }) => Code !== RETRIED_CODE) - 1;
  if (tries > retries) return undefined;
  return { promise: 'nothing lost', detail: `its last job ${last.JobId} failed and was not tried again` };
}

/** Two jobs never write one output at once. */
export function checkOverlaps({ jobLog }: World): Violation[] {
  const byOutput = new Map<string, [string, JobLife][]>();
  for (const [id, life] of jobLog.lives)
    byOutput.set(life.output, [...(byOutput.get(life.output) ?? []), [id, life]]);
  return [...byOutput].flatMap(([output, lives]) => {
    const inTurn = lives.sort(([, a], [, b]) => a.createdMs - b.createdMs);
    return inTurn.slice(1).flatMap(([id, life], index) => {
      const [beforeId, before] = inTurn[index] ?? [id, life];
      // An end that a kill has swallowed is not known.
      if (before.endedMs === undefined || before.endedMs <= life.createdMs) return [];
      const detail = `${output}: ${id} was taken before ${beforeId} had ended`;
      return [{ promise: 'two jobs never write one output at once', detail }];
    });
  });
}
