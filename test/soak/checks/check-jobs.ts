import type { Findings, FoundJob } from '../findings.ts';
import { idOf, type ObjectPlace, RETRIED_CODE, ruledPlaceOf } from '../places.ts';
import { versionsOf } from '../world/ledger.ts';
import type { World } from '../world/world.ts';
import type { Violation } from './violation.ts';

/** Nothing twice: no more jobs than versions and the retries that a rule orders, none for what no rule takes. */
export function checkJobs({ ledger }: World, { jobs }: Findings): Violation[] {
  return ledger.objects.flatMap((object) => {
    const own = jobsOf(object, jobs);
    const place = ruledPlaceOf(object);
    if (place === undefined) {
      return own.length === 0 ? [] : [tooMany(object, 'no rule takes it', own.length, 0)];
    }
    const writes = ledger.of(object);
    const violations: Violation[] = [];
    const most = versionsOf(object, writes) + retriesOf(own, place.retries);
    if (own.length > most) violations.push(tooMany(object, 'all its versions', own.length, most));
    // A rule whose outputs name the version tells exactly which one a job is for.
    if (!place.output.includes(`\${etag}`)) return violations;
    for (const etag of new Set(writes.map((write) => write.etag).filter((one) => one !== ''))) {
      const ofVersion = own.filter(({ OutputKey }) => OutputKey.includes(etag));
      const mostOfVersion = versionsOf(object, writes, etag) + retriesOf(ofVersion, place.retries);
      if (ofVersion.length > mostOfVersion) {
        violations.push(tooMany(object, `version ${etag}`, ofVersion.length, mostOfVersion));
      }
    }
    return violations;
  });
}

export function jobsOf({ bucket, key }: ObjectPlace, jobs: readonly FoundJob[]): FoundJob[] {
  return jobs.filter((job) => job.bucket === bucket && job.InputObject === key).sort((a, b) => a.Seq - b.Seq);
}

function retriesOf(jobs: readonly FoundJob[], retries: number): number {
  return retries === 0
    ? 0
    : jobs.filter(({ State, Code }) => State === 'Failed' && Code === RETRIED_CODE).length;
}

function tooMany(object: ObjectPlace, of: string, got: number, most: number): Violation {
  return {
    promise: 'nothing twice',
    detail: `${idOf(object)}, ${of}: expected at most ${most} jobs, got ${got}`,
    object,
  };
}
