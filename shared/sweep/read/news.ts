import type { Job } from '../../ci/job.ts';
import { isTerminal } from '../../ci/job-state.ts';
import { parseCiTime } from '../../ci/time.ts';
import { type Member, secondOf } from '../../watch/cohorts/cohort.ts';
import type { HeldCohort } from '../claim/held-cohort.ts';

/** What the store knows of a job that is no member of what was claimed. */
export interface KnownJob {
  job_id: string;
  tag: string;
  queue_id: string;
  state: string;
  outcome: string;
  code: string;
  created_ms: number;
  apart: boolean;
}

/** What an answer of CI brings that the store does not know. */
export interface News {
  /** to be observed */
  readonly changed: readonly Job[];
  /** of them, watches that stood apart and were read open */
  readonly back: readonly Job[];
  /** ids of open jobs that take longer than anybody should wait */
  readonly stalled: readonly string[];
}

/** A member of a cohort that this sweep holds. */
interface Place {
  readonly held: HeldCohort;
  readonly member: Member;
}

/** Where each of the jobs stands that is a member of one of the cohorts. */
export function placesOf(cohorts: readonly HeldCohort[], jobs: readonly Job[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const { JobId } of jobs) {
    for (const held of cohorts) {
      const member = held.members.get(JobId);
      if (member) places.set(JobId, { held, member });
    }
  }
  return places;
}

/**
 * What is new in an answer: only what differs from what the store knows. Members that were read open are counted with
 * their cohorts.
 * @param known jobs that somebody watches and that are no members
 * @param takesLong whether a job that was created then is told of as stalled
 */
export function findNews(
  jobs: readonly Job[],
  { places, known }: { readonly places: Map<string, Place>; readonly known: Map<string, KnownJob> },
  takesLong: (createdMs: number) => boolean,
): News {
  const changed: Job[] = [];
  const back: Job[] = [];
  const stalled: string[] = [];
  for (const job of jobs) {
    const place = places.get(job.JobId);
    const other = known.get(job.JobId);
    if (place === undefined && other === undefined) continue;
    if (isTerminal(job.State)) {
      changed.push(job);
      continue;
    }
    if (place) {
      const { held, member } = place;
      if (differs(job, toFacts(place))) changed.push(job);
      held.open.set(job.JobId, parseCiTime(job.CreationTime) ?? member.createdMs);
      if (!member.stalled && takesLong(member.createdMs)) stalled.push(job.JobId);
    } else if (other) {
      if (other.apart || other.outcome !== '' || differs(job, other)) changed.push(job);
      if (other.apart) back.push(job);
      if (takesLong(other.created_ms)) stalled.push(job.JobId);
    }
  }
  return { changed, back, stalled };
}

type Facts = Pick<KnownJob, 'state' | 'code' | 'created_ms' | 'tag' | 'queue_id'>;

function toFacts({ held, member }: Place): Facts {
  const { tag, queue_id } = held.cohort.group;
  return { state: member.state, code: member.code, created_ms: member.createdMs, tag, queue_id };
}

/** Whether CI says something new; a node that it leaves out says nothing. Progress is no news. */
function differs(job: Job, known: Facts): boolean {
  const createdMs = parseCiTime(job.CreationTime);
  return (
    job.State !== known.state ||
    (job.Code ?? '') !== known.code ||
    (job.Tag || known.tag) !== known.tag ||
    (job.QueueId || known.queue_id) !== known.queue_id ||
    (createdMs !== undefined && createdMs !== secondOf(known.created_ms))
  );
}
