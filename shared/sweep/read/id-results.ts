import type { CiError } from '../../ci/ci-error.ts';
import { secondOf } from '../../watch/cohorts/cohort.ts';
import { markUnread } from '../claim/held-cohort.ts';
import type { Asked } from './asked.ts';
import { asksToWait } from './read-failure.ts';

/** Watches that are to stand apart, for an error. */
export interface FailedIds {
  readonly ids: readonly Asked[];
  readonly error: CiError;
}

/** What became of ids that were to be read: bookkeeping that asks nobody and writes nothing. */
export interface IdResults {
  /** those that CI named as unknown */
  readonly unknown: readonly Asked[];
  /** those that it described */
  readonly described: readonly Asked[];
  /** those that a listing missed and there was no time for */
  readonly unread: readonly Asked[];
  readonly addAnswered: (ids: readonly Asked[], unknownIds: readonly string[]) => void;
  /**
   * They were not asked about. What would be refused like a request before has failed with its error; anything else is
   * given back as it was.
   */
  readonly addUnasked: (ids: readonly Asked[], refusedForAll: CiError | undefined) => void;
  /** They were not answered before anything else was: whether that is their own fault is known at the end. */
  readonly addUnanswered: (ids: readonly Asked[], error: CiError) => void;
  /**
   * What is to stand apart at the end, and why: watches that stood apart before, and the members that were in a request
   * that failed while others were answered. What failed for all is the cohort's error, which is written once.
   */
  readonly failed: (othersWereAnswered: boolean) => FailedIds[];
}

export function createIdResults(): IdResults {
  const unknown: Asked[] = [];
  const described: Asked[] = [];
  const unread: Asked[] = [];
  const unanswered: FailedIds[] = [];
  let refused: FailedIds | undefined;

  return {
    unknown,
    described,
    unread,
    addAnswered(ids, unknownIds) {
      const unknownSet = new Set(unknownIds);
      for (const asked of ids) (unknownSet.has(asked.jobId) ? unknown : described).push(asked);
    },
    addUnasked(ids, error) {
      if (error) refused = { ids: [...(refused?.ids ?? []), ...failMembers(ids, error)], error };
      for (const asked of error ? [] : ids) {
        const { cohort, jobId, createdMs } = asked;
        if (cohort?.missed.has(jobId)) unread.push(asked);
        else if (cohort) markUnread(cohort, secondOf(createdMs));
      }
    },
    addUnanswered(ids, error) {
      unanswered.push({ ids, error });
    },
    failed(othersWereAnswered) {
      const requests = unanswered.map(({ ids, error }) => {
        // Whom CI wants to wait is not at fault: it is asked about ten a request next time too.
        const isTheirs = othersWereAnswered && !asksToWait(error);
        return { ids: isTheirs ? ids : failMembers(ids, error), error };
      });
      return [...requests, ...(refused ? [refused] : [])].filter(({ ids }) => ids.length > 0);
    },
  };
}

/** Members fail with their cohort. Returns the others, each of which fails by itself. */
function failMembers(ids: readonly Asked[], error: CiError): Asked[] {
  for (const { cohort } of ids) if (cohort) cohort.error = error;
  return ids.filter(({ cohort }) => cohort === undefined);
}
