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
  Code: text,
  Message: text,
  Progress: v.nullable(v.number()),
  Source: source,
  Rule: text,
  Rendition: text,
  Try: v.number(),
  Input: element,
  InputKey: text,
  InputBytes: v.nullable(v.number()),
  Output: element,
  OutputKey: text,
  OutputBytes: v.nullable(v.number()),
  Seconds: v.nullable(v.number()),
  LastError: text,
  CreatedAt: when,
  NextCheckAt: never,
  EndedAt: never,
  RetryOf: text,
  RetriedAs: text,
});

const listedWatch = v.object({ ...watch.entries, Intent: text });
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

const number = v.nullable(v.number());

/** Smallest names a rendition; Fits is null where there is no limit. */
export const renditionsTold = {
  Smallest: v.nullable(text),
  Renditions: v.array(
    v.object({
      ...{ Name: text, Outcome: text, JobId: text, Bucket: text, Region: text, Object: text },
      ...{ Bytes: number, Width: number, Height: number, Tries: v.number(), Fits: v.nullable(v.boolean()) },
    }),
  ),
};

export const wholeWatch = v.object({
  ...watch.entries,
  ...renditionsTold,
  Job: v.nullable(job),
  History: v.array(change),
  Deliveries: v.array(delivery),
});

export const endpointState = v.object({ Name: text, DisabledAt: never });

const endpoint = v.object({
  Name: text,
  Kind: text,
  Host: text,
  Events: v.array(text),
  DisabledAt: never,
  PausedUntil: never,
  Pending: v.number(),
  Dead: v.number(),
  OldestPendingAt: never,
  LastDeliveredAt: never,
  LastStatus: v.nullable(v.number()),
  LastError: text,
});
export const endpointPage = v.object({ Endpoints: v.array(endpoint) });
export const endpointTest = v.object({ EventId: text, DeliveryId: text });
export const recovery = v.object({ Count: v.number() });
const preview = v.object({ Url: text, ExpiresAt: when, Type: text, Bytes: v.nullable(v.number()) });
const previewEntries = { Input: v.nullable(preview), Output: v.nullable(preview) };
export const previews = v.object(previewEntries);
export const previewPage = v.object({ Previews: v.array(v.object({ JobId: text, ...previewEntries })) });

export const uploadPlace = v.object({
  Key: text,
  Url: text,
  Headers: v.record(text, text),
  ExpiresAt: when,
});

export const ordered = v.object({ Intent: text });

export const orderedRetries = v.object({ Id: v.nullable(text), Count: v.number() });
export const retries = v.object({
  Id: text,
  State: v.picklist(['Running', 'Ended']),
  Count: v.number(),
  Done: v.number(),
  Failed: v.number(),
  CreatedAt: when,
  EndedAt: never,
  By: text,
});

export const orderedBackfill = v.object({ Id: text });
export const backfill = v.object({
  Id: text,
  State: v.picklist(['Running', 'Ended', 'Canceled']),
  Rule: text,
  Prefix: text,
  DryRun: v.boolean(),
  Listed: v.number(),
  Caught: v.number(),
  Known: v.number(),
  Submitted: v.number(),
  Left: v.number(),
  LastError: text,
  CreatedAt: when,
  EndedAt: never,
  By: text,
});

const place = v.object({ Bucket: text, Region: text, Object: text });
const jobOfRule = v.record(text, v.unknown());

export const rule = v.object({
  Name: text,
  Bucket: text,
  Region: text,
  Prefix: text,
  Suffixes: v.array(text),
  Job: jobOfRule,
  Output: place,
  Renditions: v.array(
    v.object({ Name: text, Job: jobOfRule, Output: place, MaxBytes: v.nullable(v.number()) }),
  ),
  Paused: v.boolean(),
  PausedUntil: never,
  PausedBy: v.nullable(text),
  JobsThisHour: v.number(),
  MaxJobsPerHour: v.nullable(v.number()),
  BrakedSince: never,
  Waiting: v.number(),
  NextReconcileAt: never,
  LastObject: v.nullable(text),
});
export const rules = v.object({ Rules: v.array(rule) });

const act = v.object({
  Id: text,
  At: when,
  By: text,
  Act: text,
  Subject: text,
  Detail: element,
  Result: text,
});
export const actPage = v.object({ Acts: v.array(act), NextCursor: text });

export const health = v.object({
  status: v.literal('ok'),
  lastSweepAgeSeconds: v.optional(v.nullable(v.number())),
  oldestOpenAgeSeconds: v.optional(v.nullable(v.number())),
});

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const ended = { Success: count, Failed: count, Cancel: count, Missing: count };
const seconds = v.nullable(v.number());

const seriesPoint = v.object({ At: when, ...ended, MedianSeconds: seconds, P95Seconds: seconds });
const failureCode = v.object({
  Code: text,
  Rule: text,
  Count: count,
  FirstAt: when,
  LatestAt: when,
  LatestJobId: text,
});

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
  Rate: v.object({ PerSecond: v.number(), MostPerSecond: v.number(), SlowUntil: never }),
  Store: v.object({ Bytes: count, RetentionDays: count }),
  Rules: v.array(rule),
  Endpoints: v.array(endpoint),
  Access: v.picklist(['read', 'write']),
  Off: v.array(text),
});

const problem = v.object({
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
  Endpoint: endpoint,
  EndpointPage: endpointPage,
  Preview: preview,
  Previews: previews,
  PreviewPage: previewPage,
  UploadPlace: uploadPlace,
  Ordered: ordered,
  OrderedRetries: orderedRetries,
  Retries: retries,
  OrderedBackfill: orderedBackfill,
  Backfill: backfill,
  Rule: rule,
  Rules: rules,
  Act: act,
  ActPage: actPage,
  Health: health,
  Overview: overview,
  Problem: problem,
} as const;
