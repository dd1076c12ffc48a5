import { CiError } from '../../shared/ci/ci-error.ts';
import type { CallOptions } from '../../shared/ci/client/client-options.ts';
import type { CiClient, ListQuery } from '../../shared/ci/client/create-client.ts';
import type { Job } from '../../shared/ci/job.ts';
import { formatCiTime, parseCiTime } from '../../shared/ci/time.ts';
import { QUEUE, TAG } from './test-cloud.ts';

/** A job as this CI has it: it runs until it ends. Times are unix milliseconds by the test's clock. */
export interface FakeJob {
  readonly id: string;
  readonly createdMs: number;
  readonly endsMs: number;
}

/** How this CI misbehaves. */
export interface Faults {
  /** the window of a listing is not heeded */
  ignoresWindow?: boolean;
  /** whether jobs of the window's first and last second are listed */
  inclusive?: boolean;
  /** its clock, and all times that it tells, are off by so much */
  clockMs?: number;
  /** a page comes twice */
  repeats?: boolean;
  /** nothing is listed */
  listsNothing?: boolean;
  /** a job is listed so long after it was created */
  listsLateMs?: number;
  /** so many pages come, then the token is refused */
  tokenPages?: number;
  /** a request about these ids, or a listing that would name one of them, is not answered */
  hangsOn?: readonly string[];
  /** what every answer says of the progress */
  progress?: () => string;
}

/** What was asked. */
interface Seen {
  lists: number;
  describes: number;
  /** ids of each request by id */
  readonly asked: string[][];
  /** how often each job was told of, by either */
  readonly told: Map<string, number>;
}

/**
 * Cloud Infinite in this process, by the test's own clock: it lists and describes jobs of one tag and queue, a hundred a
 * page, the oldest first.
 */
export function fakeCi(jobs: FakeJob[], now: () => number, faults: Faults = {}) {
  const seen: Seen = { lists: 0, describes: 0, asked: [], told: new Map() };
  const byId = new Map(jobs.map((job) => [job.id, job]));
  let pagesOfToken = 0;

  function toJob({ id, createdMs, endsMs }: FakeJob): Job {
    seen.told.set(id, (seen.told.get(id) ?? 0) + 1);
    return {
      JobId: id,
      State: endsMs <= now() ? 'Success' : 'Running',
      Code: 'Success',
      Tag: TAG,
      QueueId: QUEUE,
      CreationTime: formatCiTime(createdMs + (faults.clockMs ?? 0)),
      ...(faults.progress ? { Progress: faults.progress() } : {}),
    };
  }

  async function exchange<T>(operation: string, call: CallOptions, answer: () => T): Promise<T> {
    await call.admit?.();
    const serverTimeMs = Math.floor((now() + (faults.clockMs ?? 0)) / 1000) * 1000;
    call.onExchange?.({ operation, status: 200, requestId: 'fake', durationMs: 1, serverTimeMs });
    return answer();
  }

  function isListed(query: ListQuery) {
    const second = (ms: number) => Math.floor((ms + (faults.clockMs ?? 0)) / 1000) * 1000;
    const from = parseCiTime(query.startCreationTime) ?? Number.NEGATIVE_INFINITY;
    const until = parseCiTime(query.endCreationTime) ?? Number.POSITIVE_INFINITY;
    return ({ createdMs, endsMs }: FakeJob) => {
      if (faults.listsNothing || endsMs <= now()) return false;
      if (createdMs + (faults.listsLateMs ?? 0) > now()) return false;
      if (faults.ignoresWindow) return true;
      const at = second(createdMs);
      return faults.inclusive ? at >= from && at <= until : at > from && at < until;
    };
  }

  function hang(ids: readonly string[]): void {
    if (!ids.some((id) => faults.hangsOn?.includes(id))) return;
    throw new CiError({ kind: 'no-answer', code: 'Timeout', message: 'No answer.', withoutEffect: false });
  }

  const notAsked = () => Promise.reject(new Error('not asked in these tests'));
  const ci: CiClient = {
    describeJobs: (_bucket, ids, call) =>
      exchange('DescribeMediaJob', call, () => {
        seen.describes += 1;
        seen.asked.push([...ids]);
        hang(ids);
        return {
          JobsDetail: ids.flatMap((id) => byId.get(id) ?? []).map(toJob),
          NonExistJobIds: ids.filter((id) => !byId.has(id)),
        };
      }),
    listJobs: (_bucket, query, call) =>
      exchange('DescribeMediaJobs', call, () => {
        seen.lists += 1;
        const token = query.nextToken ?? '';
        pagesOfToken = token === '' ? 0 : pagesOfToken + 1;
        if (faults.tokenPages !== undefined && pagesOfToken >= faults.tokenPages) {
          throw new CiError({
            kind: 'invalid',
            code: 'InvalidArgument',
            message: 'The token has expired.',
            status: 400,
            withoutEffect: true,
          });
        }
        const all = [...byId.values()].filter(isListed(query)).sort((a, b) => a.createdMs - b.createdMs);
        hang(all.map(({ id }) => id));
        const at = Number(token.split(':')[0] ?? 0);
        const again = faults.repeats && token.endsWith(':again');
        const next = at + 100 < all.length ? `${at + 100}:` : '';
        return {
          JobsDetail: all.slice(at, at + 100).map(toJob),
          NextToken: faults.repeats && !again ? `${at}:again` : next,
        };
      }),
    createJobs: notAsked,
    cancelJobs: notAsked,
    listObjects: notAsked,
  };
  return {
    ci,
    seen,
    add(job: FakeJob) {
      byId.set(job.id, job);
    },
    forget: (id: string) => byId.delete(id),
  };
}
