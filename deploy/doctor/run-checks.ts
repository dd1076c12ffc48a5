import { type Check, type Finding, reasonOf, wrong } from './finding.ts';

/** A service that takes longer to answer a plain question is not well. */
const CHECK_LIMIT_MS = 10_000;

/** Runs all checks at once, each within the limit; the findings come in the order of the checks. Never throws. */
export function runChecks(checks: readonly Check[], limitMs = CHECK_LIMIT_MS): Promise<Finding[]> {
  return Promise.all(checks.map((check) => runOne(check, limitMs)));
}

async function runOne({ about, run }: Check, limitMs: number): Promise<Finding> {
  const timeLimit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => {
      resolve(
        wrong(
          `${about}: no answer within ${limitMs / 1000} s`,
          'Check the network from here, and run it again.',
        ),
      );
      timeLimit.abort();
    }, limitMs);
  });
  try {
    return await Promise.race([run(timeLimit.signal), timeUp]);
  } catch (error) {
    return wrong(`${about}: ${reasonOf(error)}`, 'Check the network from here, and run it again.');
  } finally {
    clearTimeout(timer);
  }
}
