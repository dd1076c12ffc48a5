import { describe, expect, it } from 'vitest';
import { CiError } from '../../shared/ci/ci-error.ts';
import { formatCiTime } from '../../shared/ci/time.ts';
import { type HeldCohort, toHeld } from '../../shared/sweep/claim/held-cohort.ts';
import { type Asked, askedOf } from '../../shared/sweep/read/asked.ts';
import { createIdResults } from '../../shared/sweep/read/id-results.ts';
import { createListing } from '../../shared/sweep/read/listing.ts';
import { findNews, type KnownJob, placesOf } from '../../shared/sweep/read/news.ts';

const GROUP = { bucket: 'media-1250000000', region: 'ap-guangzhou', tag: 'Animation', queue_id: 'p1' };
const START_MS = 1_800_000_000_000;

/** A cohort of jobs that were created a second after each other, from so many seconds on. */
function cohortOf(ids: readonly string[], { from = 0, wanted = true } = {}): HeldCohort {
  const startMs = START_MS + from * 1000;
  return toHeld(
    {
      group: GROUP,
      startMs,
      endMs: startMs + ids.length * 1000,
      open: ids.length,
      listed: undefined,
      unlisted: 0,
      oldestMs: undefined,
      youngestMs: undefined,
      errors: 0,
      dueMs: 0,
      free: false,
    },
    ids.map((jobId, place) => ({
      jobId,
      createdMs: startMs + place * 1000,
      state: 'Running',
      code: 'Success',
      stalled: false,
    })),
    wanted,
  );
}

function listingOf(cohorts: readonly HeldCohort[], maxPages = 2) {
  const listing = createListing(cohorts, { maxPages, unfiltered: false });
  if (listing === undefined) throw new Error('expected a listing');
  return listing;
}

describe('a listing', () => {
  it('of no cohorts is none', () => {
    expect(createListing([], { maxPages: 1, unfiltered: false })).toBeUndefined();
  });

  it('that has read all its pages knows what it missed, and how many jobs lie in each window', () => {
    const [older, younger] = [cohortOf(['a', 'b']), cohortOf(['c'], { from: 2 })];
    const listing = listingOf([older, younger]);
    older.open.set('a', START_MS);
    listing.addPage([START_MS, START_MS, START_MS + 2000]);
    listing.finish();
    expect([older.listed, younger.listed]).toEqual([2, 1]);
    expect([[...older.missed], [...younger.missed]]).toEqual([['b'], ['c']]);
    expect(listing.hasStrayed).toBe(false);
  });

  it('notices a job outside of its window, but for a second on either side', () => {
    const listing = listingOf([cohortOf(['a', 'b'])]);
    listing.addPage([START_MS - 1000, START_MS + 2000]);
    expect(listing.hasStrayed).toBe(false);
    listing.addPage([START_MS - 2000]);
    expect(listing.hasStrayed).toBe(true);
  });

  it('that stops leaves what lies behind its place unread', () => {
    const [older, younger] = [cohortOf(['a', 'b', 'c']), cohortOf(['d'], { from: 3 })];
    const listing = listingOf([older, younger]);
    listing.addPage([START_MS + 2000]);
    listing.stop();
    expect(listing.placeMs).toBe(START_MS + 1000);
    expect(older.unreadFromMs).toBe(START_MS + 1000);
    expect(younger.unreadFromMs).toBe(younger.cohort.startMs);
  });

  it('that is given up counts as longer than reading by id, and leaves what was only taken along', () => {
    const [due, along] = [cohortOf(['a', 'b']), cohortOf(['c'], { from: 2, wanted: false })];
    const listing = listingOf([due, along], 1);
    listing.addPage([START_MS]);
    expect(listing.isTooLong).toBe(true);
    listing.giveUp();
    expect([due.listed, along.listed]).toEqual([200, 200]);
    expect([due.unreadFromMs, along.unreadFromMs]).toEqual([undefined, along.cohort.startMs]);
  });
});

const failure = (kind: CiError['kind'], code: string) =>
  new CiError({ kind, code, message: code, withoutEffect: true });
const apart = (jobId: string): Asked => ({
  jobId,
  createdMs: START_MS,
  group: GROUP,
  cohort: undefined,
  errors: 0,
});
const idsOf = (asked: readonly Asked[]) => asked.map(({ jobId }) => jobId);

describe('of ids that were to be read', () => {
  it('CI knows some, and some not', () => {
    const results = createIdResults();
    results.addAnswered(['a', 'b'].map(apart), ['b']);
    expect([idsOf(results.described), idsOf(results.unknown)]).toEqual([['a'], ['b']]);
  });

  it('those that were not asked about stay due: members from their second on, what a listing missed by itself', () => {
    const results = createIdResults();
    const cohort = cohortOf(['a', 'b', 'c']);
    cohort.missed = new Set(['a']);
    results.addUnasked(askedOf(cohort, ['a', 'c']), undefined);
    expect(idsOf(results.unread)).toEqual(['a']);
    expect(cohort.unreadFromMs).toBe(START_MS + 2000);
    expect(results.failed(true)).toEqual([]);
  });

  it('what is refused to all fails with its cohort, and apart for those that have none', () => {
    const results = createIdResults();
    const cohort = cohortOf(['a']);
    const error = failure('denied', 'AccessDenied');
    results.addUnasked(askedOf(cohort, ['a']), error);
    results.addUnasked([apart('b')], error);
    results.addUnasked([apart('c')], error);
    expect(cohort.error).toBe(error);
    expect(results.failed(false).map(({ ids }) => idsOf(ids))).toEqual([['b', 'c']]);
  });

  it.each([
    ['others were answered', 'Timeout', true, ['a', 'b'], false],
    ['nobody was answered', 'Timeout', false, ['b'], true],
    ['CI asked to wait', 'SlowDown', true, ['b'], true],
  ])(
    'when %s, a request that failed (%s) is its own fault or its cohorts’',
    (_, code, othersWere, failed, isCohorts) => {
      const results = createIdResults();
      const cohort = cohortOf(['a']);
      const error = failure('no-answer', code);
      results.addUnanswered([...askedOf(cohort, ['a']), apart('b')], error);
      expect(results.failed(othersWere).map(({ ids }) => idsOf(ids))).toEqual([failed]);
      expect(cohort.error).toBe(isCohorts ? error : undefined);
    },
  );
});

describe('news', () => {
  const job = (JobId: string, fields: object = {}) => ({
    JobId,
    State: 'Running' as const,
    Code: 'Success',
    Tag: GROUP.tag,
    QueueId: GROUP.queue_id,
    CreationTime: formatCiTime(START_MS),
    ...fields,
  });
  const known = (job_id: string, fields: Partial<KnownJob> = {}): [string, KnownJob] => [
    job_id,
    {
      job_id,
      tag: GROUP.tag,
      queue_id: GROUP.queue_id,
      state: 'Running',
      outcome: '',
      code: 'Success',
      created_ms: START_MS,
      apart: false,
      ...fields,
    },
  ];
  const newsOf = (jobs: ReturnType<typeof job>[], cohort: HeldCohort, others: [string, KnownJob][] = []) =>
    findNews(jobs, { places: placesOf([cohort], jobs), known: new Map(others) }, (ms) => ms < START_MS);

  it('is nothing of a member that has not changed, whatever its progress: it is open', () => {
    const cohort = cohortOf(['a']);
    expect(newsOf([job('a', { Progress: '50' })], cohort)).toEqual({ changed: [], back: [], stalled: [] });
    expect([...cohort.open.keys()]).toEqual(['a']);
  });

  it.each([
    ['its state', { State: 'Pause' }],
    ['its code', { Code: 'Other' }],
    ['its tag', { Tag: 'Snapshot' }],
    ['its queue', { QueueId: 'p2' }],
    ['its creation', { CreationTime: formatCiTime(START_MS + 1000) }],
  ])('is a member of which %s differs', (_, fields) => {
    const { changed } = newsOf([job('a', fields)], cohortOf(['a']));
    expect(changed.map(({ JobId }) => JobId)).toEqual(['a']);
  });

  it('is nothing that CI leaves out', () => {
    const cohort = cohortOf(['a']);
    const { changed } = newsOf([job('a', { Tag: '', QueueId: '', CreationTime: '' })], cohort);
    expect(changed).toEqual([]);
  });

  it('is a member that has ended, which is open no more', () => {
    const cohort = cohortOf(['a']);
    expect(newsOf([job('a', { State: 'Success' })], cohort).changed).toHaveLength(1);
    expect(cohort.open.size).toBe(0);
  });

  it('is a watch apart that is read open, which goes back, and one that was missing', () => {
    const { changed, back } = newsOf([job('b'), job('c'), job('d')], cohortOf(['a']), [
      known('b', { apart: true }),
      known('c', { outcome: 'Missing' }),
      known('d'),
    ]);
    expect(changed.map(({ JobId }) => JobId)).toEqual(['b', 'c']);
    expect(back.map(({ JobId }) => JobId)).toEqual(['b']);
  });

  it('is nothing of a job that nobody watches', () => {
    expect(newsOf([job('nobodys', { State: 'Success' })], cohortOf(['a'])).changed).toEqual([]);
  });

  it('is an open job that takes long', () => {
    const cohort = cohortOf(['a'], { from: -10 });
    expect(newsOf([job('a'), job('b')], cohort, [known('b', { created_ms: START_MS - 1 })]).stalled).toEqual([
      'a',
      'b',
    ]);
  });
});
