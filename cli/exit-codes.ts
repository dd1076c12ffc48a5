/** What a script can rely on; docs/cli.md explains each. */
export const EXIT = {
  /** it was done; of jobs: all ended Success */
  ok: 0,
  /** anything that has no code of its own */
  other: 1,
  usage: 2,
  failed: 3,
  noToken: 4,
  /** a job that CI does not know, or knows no longer */
  unknown: 5,
  canceled: 6,
  /** the time was up, and something was still open */
  timeout: 7,
  /** CI may have taken a submission: it is not to be repeated */
  inDoubt: 8,
  /** nothing answered, or only refusals for a while, to the end */
  unreachable: 9,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Of several outcomes the first of these counts. */
const WORST: readonly ExitCode[] = [EXIT.failed, EXIT.unknown, EXIT.canceled, EXIT.timeout];

const OF_OUTCOME: Readonly<Record<string, ExitCode>> = {
  Success: EXIT.ok,
  Failed: EXIT.failed,
  Missing: EXIT.unknown,
  Cancel: EXIT.canceled,
};

/** @param outcomes of jobs; what is none of CI's ends is still open */
export function exitOfJobs(outcomes: readonly string[]): ExitCode {
  const codes = outcomes.map((outcome) => OF_OUTCOME[outcome] ?? EXIT.timeout);
  return WORST.find((code) => codes.includes(code)) ?? EXIT.ok;
}

/** Ends the command with a code and, unless it is '', a sentence for a person. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: ExitCode;
  /** for `--json`: what the API said, where it did */
  readonly problem: object | undefined;

  constructor(exit: ExitCode, message: string, problem?: object) {
    super(message);
    this.exit = exit;
    this.problem = problem;
  }
}
