/**
 * What a watch believes, said once more and as plainly as can be: the judge of `observe` must not share its code.
 * States that CI may add one day count as open ones.
 */
export interface Belief {
  readonly state: string;
  readonly outcome: string;
  /** when the request left whose answer is believed */
  readonly at: number;
}

/** What somebody has to say of one job: CI, or a sweep that closes it because CI no longer knows it. */
export interface Word {
  readonly state: string;
  readonly sentAt: number;
}

/** `heard` is what is believed then; `from` and `to` are there when that is a change. */
interface Heard {
  readonly heard: Belief;
  readonly change?: { readonly from: string; readonly to: string };
}

const ENDS = ['Success', 'Failed', 'Cancel'];

export const UNHEARD: Belief = { state: '', outcome: '', at: Number.NEGATIVE_INFINITY };

/** Which state may follow which in a history; a state that stands here as OTHER is one that we do not know. */
export const NEXT_STATES: Readonly<Record<string, readonly string[]>> = {
  // Nothing is known before the first word.
  '': ['Submitted', 'Running', 'Pause', 'OTHER', 'Success', 'Failed', 'Cancel', 'Missing'],
  Submitted: ['Running', 'Pause', 'OTHER', 'Success', 'Failed', 'Cancel', 'Missing'],
  // It never waits again in the queue.
  Running: ['Pause', 'OTHER', 'Success', 'Failed', 'Cancel', 'Missing'],
  Pause: ['Submitted', 'Running', 'OTHER', 'Success', 'Failed', 'Cancel', 'Missing'],
  OTHER: ['Submitted', 'Running', 'Pause', 'OTHER', 'Success', 'Failed', 'Cancel', 'Missing'],
  // CI may know it again.
  Missing: ['Submitted', 'Running', 'Pause', 'OTHER', 'Success', 'Failed', 'Cancel'],
  // CI's own outcomes are for ever.
  Success: [],
  Failed: [],
  Cancel: [],
};

/** What the events of a history's steps are called; other steps have none. */
export const EVENT_OF: Readonly<Record<string, string>> = {
  Running: 'jobwatch.job.running',
  Success: 'jobwatch.job.succeeded',
  Failed: 'jobwatch.job.failed',
  Cancel: 'jobwatch.job.canceled',
  Missing: 'jobwatch.job.missing',
};

/** How long a word counts that says of a job only that it has not ended. */
const MINUTE_MS = 60_000;

/** What a word makes of a belief when it is told at `now`. */
export function hear(belief: Belief, { state, sentAt }: Word, now: number): Heard {
  const from = belief.outcome === 'Missing' ? 'Missing' : belief.state;
  if (ENDS.includes(belief.outcome)) return { heard: belief };
  if (ENDS.includes(state)) {
    return { heard: { state, outcome: state, at: sentAt }, change: { from, to: state } };
  }
  if (state === 'Missing') {
    if (belief.outcome === 'Missing') return { heard: belief };
    return { heard: { ...belief, outcome: 'Missing', at: sentAt }, change: { from, to: state } };
  }
  const knowsNothing = belief.at === UNHEARD.at;
  const fromTheFuture = belief.at > now;
  if (!knowsNothing && now - sentAt > MINUTE_MS) return { heard: belief };
  if (!fromTheFuture && sentAt <= belief.at) return { heard: belief };
  if (belief.state === 'Running' && state === 'Submitted') return { heard: belief };
  const heard = { state, outcome: '', at: sentAt };
  return from === state ? { heard } : { heard, change: { from, to: state } };
}

/** The one word that a batch says of a job: the first end that CI stated, else the latest that can be. */
export function oneWord(words: readonly Word[]): Word | undefined {
  const inTime = [...words].sort((a, b) => a.sentAt - b.sentAt);
  const end = inTime.find((word) => ENDS.includes(word.state));
  if (end) return end;
  let said: Word | undefined;
  for (const word of inTime) {
    const again = said !== undefined && word.sentAt === said.sentAt;
    const back = said?.state === 'Running' && word.state === 'Submitted';
    if (!again && !back) said = word;
  }
  return said;
}
