import * as v from 'valibot';

/*
 * What answers are made of, for openapi.json and for tests. No function carries this: it answers from the types that
 * these are compared with.
 */

const text = v.string();
const when = v.pipe(v.string(), v.isoTimestamp());
const never = v.nullable(when);

/** CI's documents are passed on as they are: every scalar is a text, and nodes that are not named here may come. */
const element = v.looseObject({});

export const job = v.looseObject({
  JobId: text,
  State: v.picklist(['Submitted', 'Running', 'Success', 'Failed', 'Pause', 'Cancel']),
  Code: v.optional(text),
  Message: v.optional(text),
  Tag: v.optional(text),
  Progress: v.optional(text),
  CreationTime: v.optional(text),
  StartTime: v.optional(text),
  EndTime: v.optional(text),
  QueueId: v.optional(text),
  Input: v.optional(element),
  Operation: v.optional(element),
});

export const jobs = v.object({ JobsDetail: v.array(job), NonExistJobIds: v.array(text) });
export const jobsPage = v.object({ JobsDetail: v.array(job), NextToken: text });
export const createdJobs = v.object({ JobsDetail: v.array(job) });

const source = v.picklist(['submit', 'describe', 'recheck', 'callback', 'object', 'discover']);

export const watch = v.object({
  JobId: text,
  Bucket: text,
  Region: text,
  Tag: text,
  QueueId: text,
  State: text,
  Outcome: v.picklist(['', 'Success', 'Failed', 'Cancel', 'Missing']),
  Source: source,
  Rule: text,
  Input: element,
  Output: element,
  LastError: text,
  CreatedAt: when,
  NextCheckAt: never,
  EndedAt: never,
});

export const listedWatch = v.object({ ...watch.entries, Intent: text });
export const watchPage = v.object({ Watches: v.array(listedWatch), NextCursor: text });
export const addedWatches = v.object({ Watches: v.array(watch) });

export const delivery = v.object({
  Id: text,
  EventId: text,
  Type: text,
  JobId: text,
  Endpoint: text,
  EndpointDisabledAt: never,
  State: v.picklist(['pending', 'delivered', 'dead']),
  Attempts: v.number(),
  LastStatus: v.nullable(v.number()),
  LastError: text,
  CreatedAt: when,
  NextAttemptAt: never,
  EndedAt: never,
});

export const deliveryPage = v.object({ Deliveries: v.array(delivery), NextCursor: text });

const change = v.object({ From: text, To: text, At: when, Source: source });

export const wholeWatch = v.object({
  ...watch.entries,
  Job: v.nullable(job),
  History: v.array(change),
  Deliveries: v.array(delivery),
});

export const endpointState = v.object({ Name: text, DisabledAt: never });

export const health = v.object({
  status: v.literal('ok'),
  lastSweepAgeSeconds: v.optional(v.nullable(v.number())),
  oldestOpenAgeSeconds: v.optional(v.nullable(v.number())),
});

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const ended = { Success: count, Failed: count, Cancel: count, Missing: count };
const seconds = v.nullable(v.number());

const seriesPoint = v.object({ At: when, ...ended, MedianSeconds: seconds, P95Seconds: seconds });
const failureCode = v.object({ Code: text, Rule: text, Count: count, LatestJobId: text });

export const overview = v.object({
  Version: text,
  Now: when,
  Window: v.picklist(['1h', '24h', '7d', '30d']),
  Open: v.object({ Pending: count, Submitted: count, Running: count, Pause: count }),
  Ended: v.object(ended),
  Series: v.object({ StepSeconds: count, Points: v.array(seriesPoint) }),
  FailureCodes: v.array(failureCode),
  OldestOpen: v.nullable(v.object({ JobId: text, AgeSeconds: v.number() })),
  Sweep: v.nullable(v.object({ At: when })),
  Rate: v.object({ PerSecond: v.number(), SlowUntil: never }),
  Access: v.picklist(['read', 'write']),
  Off: v.array(text),
});

export const problem = v.object({
  type: text,
  title: text,
  status: v.number(),
  detail: text,
  code: text,
  requestId: text,
});

export const index = v.object({ Name: text, Version: text, Links: v.record(text, text) });

export const problemTexts = v.object({
  Problems: v.array(v.object({ Code: text, Status: v.number(), Meaning: text, Remedy: text })),
});

export const openApi = v.looseObject({ openapi: text });

/** Schemas that have a name in the API's document. */
export const COMPONENTS = {
  Job: job,
  Jobs: jobs,
  JobsPage: jobsPage,
  CreatedJobs: createdJobs,
  Watch: watch,
  ListedWatch: listedWatch,
  WatchPage: watchPage,
  WholeWatch: wholeWatch,
  Delivery: delivery,
  DeliveryPage: deliveryPage,
  EndpointState: endpointState,
  Health: health,
  Overview: overview,
  Problem: problem,
} as const;
