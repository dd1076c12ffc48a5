/** What the documents take for granted of the cloud, and what only a deployment can show. */
export const GUESSES = {
  event: 'COS tells on-object of an upload',
  key: 'a key with a space, a plus, a percent sign and Chinese comes as it was written',
  job: 'CI makes the image that the rule asks for',
  callback: 'CI calls back when a job has ended',
  sweep: 'the timer of recheck ticks',
  webhook: 'an endpoint is told of the end',
  preview: 'the image can be fetched by its preview address, as the image that it is',
  page: 'a browser is given the page to show, not to keep as a file',
  compression: 'compressed answers come back whole',
  'unknown id': 'CI answers about a job that it does not know, and names it',
  'wrong signature': 'CI refuses a wrong signature with SignatureDoesNotMatch',
  'trigger descriptions': 'triggers of COS and Function URLs come back with their descriptions',
  'time zone': 'timers tick by the time zone that the documents say',
} as const;

export type GuessName = keyof typeof GUESSES;

/** How a guess stood the trial. `not seen`: nothing was shown either way. */
type Verdict = 'held' | 'did not' | 'not seen';

export interface Trial {
  readonly guess: GuessName;
  readonly verdict: Verdict;
  /** One line of what was seen; never a secret. */
  readonly seen: string;
}

export function held(guess: GuessName, seen: string): Trial {
  return { guess, verdict: 'held', seen };
}

export function didNot(guess: GuessName, seen: string): Trial {
  return { guess, verdict: 'did not', seen };
}

export function notSeen(guess: GuessName, seen: string): Trial {
  return { guess, verdict: 'not seen', seen };
}
