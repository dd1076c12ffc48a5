/** What a code means, and what to do. */
export interface CodeText {
  readonly meaning: string;
  readonly remedy: string;
}

export interface Words {
  readonly states: Readonly<Record<keyof typeof en.states, string>>;
  readonly codes: Readonly<Record<keyof typeof en.codes, CodeText>>;
}

const text = (meaning: string, remedy: string): CodeText => ({ meaning, remedy });

export const en = {
  states: {
    Pending: 'In doubt',
    Submitted: 'Queued',
    Running: 'Running',
    Pause: 'Paused',
    Success: 'Success',
    Failed: 'Failed',
    Cancel: 'Canceled',
    Missing: 'Missing',
    Superseded: 'Superseded',
  },
  codes: {
    InvalidInput: text('Something in the request is not as the API has it.', 'Mend what the detail names.'),
    Unauthorized: text(
      'No token was shown, or one that is not configured.',
      'Use one of API_TOKENS or READ_TOKENS.',
    ),
    Forbidden: text('This token may only read.', 'Use one of API_TOKENS.'),
    PreviewsOff: text('Previews are switched off.', 'Set PREVIEWS=on for api and describe.'),
    NotPreviewed: text('The file lies below no prefix of a rule.', 'Look at it in the console of COS.'),
    NotFound: text(
      'There is nothing of that name, or its retention is over.',
      'Look for it by the list of jobs.',
    ),
    NotEnded: text('The job has not ended.', 'Cancel it first, or wait for its end.'),
    NotFailed: text('The job ended well.', 'Submit it anew if it is to be made once more.'),
    RequestUnknown: text('Nobody knows what the job was asked to do.', 'Submit it anew with POST /jobs.'),
    AlreadyRetried: text('The job was retried before, with other parameters.', 'Wait for what that becomes.'),
    MaybeTaken: text(
      'It cannot be taken back: CI has the job, or may have it.',
      'Look for the job, and cancel that.',
    ),
    PausedByConfiguration: text('serverless.yml pauses the rule.', 'Change paused there, and deploy.'),
    RetriesUnderWay: text('Another order of this kind is not done yet.', 'Wait until it has ended.'),
    InternalError: text('Jobwatch failed.', 'Look into the log of the function under the request id.'),
    BadAnswer: text(
      'Cloud Infinite answered what is not its form.',
      'Try again; the log has the ciRequestId.',
    ),
    NoCredentials: text('The function has no role and no keys.', 'Give it its role: npx osls policy.'),
    NoStore: text(
      'PostgreSQL is not configured, or does not answer.',
      'Look at DATABASE_URL and at the database.',
    ),
    NoAnswer: text('Cloud Infinite did not answer in time.', 'Try again.'),
    OutcomeUnknown: text('CI may have taken the job.', 'Do not send it again: it is being looked for.'),
    DeadlineExceeded: text('The function ran out of its time.', 'Try again, with less at once.'),
    InvalidMediaFile: text('The clip is no video, or is damaged.', 'Look at the clip, and upload it anew.'),
    JobTimeout: text('The job took longer than CI allows.', 'Make less of the clip, or smaller.'),
    AccessDenied: text('The role or the keys may not do this.', 'Compare the role with npx osls policy.'),
    SignatureDoesNotMatch: text('The SecretKey does not belong to the SecretId.', 'Set the keys anew.'),
    MediaBucketUnBinded: text('Cloud Infinite is off for this bucket.', 'Switch it on in its console.'),
    NoSuchBucket: text('There is no such bucket in this region.', 'Compare CI_BUCKETS with the console.'),
    QueueNotFound: text('There is no such queue.', 'Leave QueueId out, or take one of the console of CI.'),
    TemplateNotFound: text('There is no such template.', 'Make it, or write the parameters out.'),
    InvalidArgument: text('CI refused a parameter.', 'Compare the message with the documents of CI.'),
    SlowDown: text('CI wants fewer requests.', 'Wait; lower CI_MAX_RPS if it lasts.'),
    QueueSaturated: text('The queue is full.', 'Wait: rules go on by themselves.'),
    ServiceUnavailable: text('CI is not well.', 'Wait, and try again.'),
  },
} as const;
