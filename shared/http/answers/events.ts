import * as v from 'valibot';
import type { EventType } from '../../watch/event.ts';
import { job, renditionsTold, watch } from './documents.ts';

/*
 * Events as they are posted to endpoints and stand in the feed: CloudEvents 1.0. The document's `webhooks`, and the
 * answer of `GET /events`, are made of these.
 */

const text = v.string();
const when = v.pipe(v.string(), v.isoTimestamp());

const { JobId, Bucket, Region, Tag, QueueId, State, Outcome, Source, Rule, ...others } = watch.entries;
const { Input, Output, LastError, CreatedAt, NextCheckAt, EndedAt } = others;
/** The watch as it was at that moment: what changes later is for `GET /watches/{id}`. */
const eventWatch = v.object({
  ...{
    JobId,
    Bucket,
    Region,
    Tag,
    State,
    Outcome,
    Source,
    Rule,
    Input,
    Output,
    LastError,
    CreatedAt,
    EndedAt,
  },
  // Only in events of the release before.
  QueueId: v.optional(QueueId),
  NextCheckAt: v.optional(NextCheckAt),
});
/** Job is null when CI never described it, or when the event would be too large. */
const ended = v.object({ Watch: eventWatch, Job: v.nullable(job) });
/** The release before said the job here, too. */
const going = v.object({ Watch: eventWatch, Job: v.optional(v.nullable(job)) });

const ready = v.object({
  ...{ Rule: text, Bucket: text, Region: text, Object: text, Version: v.number() },
  ...renditionsTold,
});

function eventOf<Type extends EventType, Data extends v.GenericSchema>(type: Type, data: Data) {
  return v.object({
    specversion: v.literal('1.0'),
    id: text,
    source: text,
    type: v.literal(type),
    subject: text,
    time: when,
    datacontenttype: v.literal('application/json'),
    data,
  });
}

/** What each type says, and when. */
export const EVENTS = {
  'jobwatch.job.running': {
    summary: 'CI works on a job, or a job that was missing goes on',
    schema: eventOf('jobwatch.job.running', going),
  },
  'jobwatch.job.succeeded': {
    summary: 'A job is done',
    schema: eventOf('jobwatch.job.succeeded', ended),
  },
  'jobwatch.job.failed': {
    summary: 'CI could not do a job',
    schema: eventOf('jobwatch.job.failed', ended),
  },
  'jobwatch.job.canceled': {
    summary: 'Somebody canceled a job',
    schema: eventOf('jobwatch.job.canceled', ended),
  },
  'jobwatch.job.missing': {
    summary: 'CI no longer knows a job',
    schema: eventOf('jobwatch.job.missing', ended),
  },
  'jobwatch.job.stalled': {
    summary: 'A job is open for longer than STALL_AFTER_SECONDS',
    schema: eventOf('jobwatch.job.stalled', going),
  },
  'jobwatch.object.ready': {
    summary: 'All renditions of an object have ended, the last try of each',
    schema: eventOf('jobwatch.object.ready', ready),
  },
  'jobwatch.rule.braked': {
    summary: 'A rule has submitted as many jobs in an hour as it may: its others wait',
    schema: eventOf(
      'jobwatch.rule.braked',
      v.object({ Rule: text, MaxJobsPerHour: v.number(), NextInSeconds: v.number() }),
    ),
  },
  'jobwatch.endpoint.off': {
    summary: 'An endpoint answered that it is gone: nothing is sent to it until somebody enables it',
    schema: eventOf('jobwatch.endpoint.off', v.object({ Endpoint: text })),
  },
  'jobwatch.endpoint.test': {
    summary: 'Somebody wanted to see whether an event arrives at this endpoint',
    schema: eventOf('jobwatch.endpoint.test', v.object({ Endpoint: text, By: text })),
  },
  'jobwatch.sweep.late': {
    summary: 'No sweep ran for ten ticks: nobody looks after open jobs',
    schema: eventOf('jobwatch.sweep.late', v.object({ LastSweepAt: when, AgeSeconds: v.number() })),
  },
} as const satisfies Record<EventType, { summary: string; schema: v.GenericSchema }>;

export const feedPage = v.object({
  Events: v.array(v.union(Object.values(EVENTS).map(({ schema }) => schema))),
  Next: text,
});
