import pLimit from 'p-limit';
import { allOf } from '../../all-of.ts';
import { CiError } from '../../ci/ci-error.ts';
import { inBatches } from '../../store/in-batches.ts';
import { askCi, isOutOfTime } from '../../throttle/ask-ci.ts';
import { secondOf } from '../../watch/cohorts/cohort.ts';
import { setApart } from '../apart.ts';
import { BATCH_ROWS } from '../batches.ts';
import { leaveRest } from '../claim/held-cohort.ts';
import { type Hold, isStopped } from '../hold.ts';
import type { Asked } from './asked.ts';
import { noteAnswer } from './note-answer.ts';
import { isRefusedForAll, isSpoiled, wantsPatience } from './read-failure.ts';
import { requestsFor } from './requests-for.ts';
import { setAside } from './set-aside.ts';

/** Requests by id that one kind has under way at once. */
const CONCURRENCY = 4;

export interface ReadById {
  /** those that CI named as unknown */
  readonly gone: readonly Asked[];
  /** those that it described */
  readonly described: readonly Asked[];
}

/**
 * Reads ids ten a request. What fails is put off with its error and blocks nothing else; what failed before shares no
 * request with others, and is asked about in the smaller batches the more often it failed.
 */
export async function readById(hold: Hold, ids: readonly Asked[]): Promise<ReadById> {
  const { run } = hold;
  const limit = pLimit(CONCURRENCY);
  const gone: Asked[] = [];
  const described: Asked[] = [];
  /** What would be refused like the request before is not asked. */
  const refused: Asked[] = [];
  /** What was not answered before anything else was: whether that is its own fault is known at the end. */
  const unanswered: { chunk: readonly Asked[]; error: CiError }[] = [];
  /** What a listing missed and there was no time for. */
  const unread: Asked[] = [];

  async function read(chunk: readonly Asked[]): Promise<void> {
    if (isStopped(hold)) return leave(chunk);
    try {
      const jobIds = chunk.map(({ jobId }) => jobId);
      const { answer, sentAtMs } = await askCi(run, hold.bucket, (call) =>
        run.ci.describeJobs(hold.bucket, jobIds, call),
      );
      hold.answered = true;
      await hold.lane.noteAnswer();
      const cohorts = [...new Set(chunk.flatMap(({ cohort }) => cohort ?? []))];
      await noteAnswer(hold, cohorts, answer.JobsDetail, sentAtMs);
      const unknown = new Set(answer.NonExistJobIds);
      for (const asked of chunk) (unknown.has(asked.jobId) ? gone : described).push(asked);
    } catch (error) {
      if (!(error instanceof CiError)) throw error;
      await fail(chunk, error);
    } finally {
      await hold.keepLease();
    }
  }

  async function fail(chunk: readonly Asked[], error: CiError): Promise<void> {
    if (isOutOfTime(run, error)) {
      hold.outOfTime = true;
      return leave(chunk);
    }
    if (chunk.length > 1 && isSpoiled(error)) {
      const half = Math.ceil(chunk.length / 2);
      await read(chunk.slice(0, half));
      await read(chunk.slice(half));
      return;
    }
    if (isRefusedForAll(error)) hold.refusedForAll = error;
    await hold.lane.noteError(error, chunk[0]?.jobId ?? '');
    const isTheirs = hold.answered && !isStopped(hold) && !wantsPatience(error);
    if (isSpoiled(error) || isTheirs) return setAside(hold, chunk, error);
    unanswered.push({ chunk, error });
  }

  /**
   * A request that failed while others were answered: what it asked about stands apart from now on. What fails for all
   * is the cohort's error: it is written once.
   */
  async function settleUnanswered(): Promise<void> {
    const othersWere = hold.answered && !hold.lane.stopped && hold.refusedForAll === undefined;
    for (const { chunk, error } of unanswered) {
      // Whom CI wants to wait is not at fault: he is asked about ten a request next time too.
      const isTheirs = othersWere && !wantsPatience(error);
      if (!isTheirs) for (const { cohort } of chunk) if (cohort) cohort.error = error;
      const apart = isTheirs ? chunk : chunk.filter(({ cohort }) => cohort === undefined);
      await setAside(hold, apart, error);
    }
  }

  /** What is not read is given back as it was; what is refused to all has failed like those that were asked about. */
  function leave(chunk: readonly Asked[]): void {
    const error = hold.refusedForAll;
    for (const asked of chunk) {
      const { cohort, createdMs } = asked;
      if (error === undefined) {
        if (cohort?.missed.has(asked.jobId)) unread.push(asked);
        else if (cohort) leaveRest(cohort, secondOf(createdMs));
      } else if (cohort) {
        cohort.error = error;
      } else {
        refused.push(asked);
      }
    }
  }

  // The first goes alone: what would be refused to all is refused once.
  const [first, ...others] = requestsFor(ids, run.clock.random());
  if (first) await read(first);
  await allOf(others.map((chunk) => limit(() => read(chunk))));
  await settleUnanswered();
  if (hold.refusedForAll) await setAside(hold, refused, hold.refusedForAll);
  // They are due by themselves: their cohort is not listed anew for them.
  const due = unread.map(({ jobId }) => ({ jobId, delayMs: 0 }));
  await inBatches(due, BATCH_ROWS, (batch) =>
    run.store.transaction((sql) => setApart(sql, hold.token, batch)),
  );
  return { gone, described };
}
