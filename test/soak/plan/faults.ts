/** Longer than any fault hides or delays a job, and far shorter than SUBMIT_SETTLE_SECONDS. */
export const LONGEST_FAULT_MS = 3000;

/** What CI may do to requests, by name; each is a list for `/_control/faults`. */
export const CI_FAULTS: Readonly<Record<string, readonly object[]>> = {
  'lost answers (reset)': [{ match: 'CreateMediaJobs', phase: 'after', kind: 'reset', rate: 0.4 }],
  'lost answers (hang)': [{ match: 'CreateMediaJobs', phase: 'after', kind: 'hang', rate: 0.3 }],
  'lost answers (500)': [{ match: 'CreateMediaJobs', phase: 'after', status: 500, rate: 0.4 }],
  'lost answers (HTML)': [{ match: 'CreateMediaJobs', phase: 'after', kind: 'html', rate: 0.4 }],
  'half answers': [{ match: 'CreateMediaJobs', kind: 'truncate', rate: 0.4 }],
  'lost and listed late': [
    { match: 'CreateMediaJobs', phase: 'after', kind: 'reset', visibleAfterMs: LONGEST_FAULT_MS, rate: 0.4 },
  ],
  'listed late': [{ match: 'CreateMediaJobs', visibleAfterMs: LONGEST_FAULT_MS, rate: 0.5 }],
  'slow submissions': [{ match: 'CreateMediaJobs', delayMs: 2000, rate: 0.5 }],
  'refused connections': [{ match: 'CreateMediaJobs', kind: 'reset', rate: 0.4 }],
  'queue saturated': [{ match: 'CreateMediaJobs', code: 'QueueSaturated', rate: 0.8 }],
  'queue paused': [{ match: 'CreateMediaJobs', code: 'QueuePaused', rate: 0.5 }],
  'slow listing': [{ match: 'DescribeMediaJobs', delayMs: LONGEST_FAULT_MS }],
  'no listing': [{ match: 'DescribeMediaJobs', status: 503 }],
  'half listings': [{ match: 'DescribeMediaJobs', kind: 'truncate', rate: 0.6 }],
  'hanging questions': [{ match: 'DescribeMediaJob', kind: 'hang', rate: 0.4 }],
  'half words': [{ match: 'DescribeMediaJob', kind: 'truncate', rate: 0.5 }],
  'refused questions': [{ match: 'DescribeMediaJob', status: 503, rate: 0.7 }],
  'no listing of objects': [{ match: 'GetBucket', status: 503 }],
  'slow down': [{ match: '*', code: 'SlowDown', rate: 0.3 }],
  'slow down, for a second': [{ match: '*', code: 'SlowDown', retryAfter: 1, rate: 0.4 }],
  resets: [{ match: '*', kind: 'reset', rate: 0.3 }],
  hangs: [{ match: '*', kind: 'hang', rate: 0.15 }],
  HTML: [{ match: '*', kind: 'html', rate: 0.3 }],
  'internal errors': [{ match: '*', status: 500, rate: 0.4 }],
  'wrong signatures': [{ match: '*', code: 'SignatureDoesNotMatch', rate: 0.2 }],
  'callbacks dropped': [{ match: 'Callback', kind: 'drop', rate: 0.7 }],
  'callbacks twice': [{ match: 'Callback', kind: 'duplicate' }],
  'callbacks late': [{ match: 'Callback', delayMs: 2000 }],
};

/** What may happen to object events, by name; each is for `/_control/events`. */
export const EVENT_FAULTS: Readonly<Record<string, object>> = {
  dropped: { drop: 0.6 },
  doubled: { duplicate: 0.7 },
  merged: { merge: 5, delayMs: 800 },
  delayed: { delayMs: 3000 },
  shuffled: { reorder: true, delayMs: 2000 },
  'doubled and shuffled': { duplicate: 0.5, reorder: true, delayMs: 4000 },
  'all at once': { drop: 0.2, duplicate: 0.4, merge: 3, mergeRate: 0.5, reorder: true, delayMs: 1500 },
};
