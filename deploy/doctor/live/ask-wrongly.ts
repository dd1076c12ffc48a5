import { setTimeout as delay } from 'node:timers/promises';
import { CiError } from '../../../shared/ci/ci-error.ts';
import { createClient } from '../../../shared/ci/client/create-client.ts';
import type { Deployment } from './deployment.ts';
import type { TriedRule } from './follow-clip.ts';
import { didNot, held, type Trial } from './guess.ts';

const TIMEOUT_MS = 30_000;
/** An id that no job has. */
const NO_JOB = `j${'0'.repeat(32)}`;
/** A key that nobody has. */
const WRONG_KEY = 'wrong';

/** What CI answers of an id that no job has. */
export async function tryUnknownId(deployment: Deployment, rule: TriedRule): Promise<Trial> {
  const answer = await askOfNoJob(deployment, rule, deployment.cloud.credentials.secretKey);
  if (answer instanceof CiError) return didNot('unknown id', refusal(answer));
  const isNamed = answer.NonExistJobIds.includes(NO_JOB) && answer.JobsDetail.length === 0;
  return isNamed
    ? held('unknown id', 'among NonExistJobIds')
    : didNot('unknown id', 'an answer that does not name it');
}

/** What CI answers to a signature that is wrong and nothing else. */
export async function tryWrongSignature(deployment: Deployment, rule: TriedRule): Promise<Trial> {
  const answer = await askOfNoJob(deployment, rule, WRONG_KEY);
  if (!(answer instanceof CiError)) return didNot('wrong signature', 'it was taken');
  const isAsWritten = answer.code === 'SignatureDoesNotMatch';
  return isAsWritten ? held('wrong signature', refusal(answer)) : didNot('wrong signature', refusal(answer));
}

async function askOfNoJob({ cloud, count }: Deployment, { Bucket, Region }: TriedRule, secretKey: string) {
  const client = createClient({
    credentials: () => ({ ...cloud.credentials, secretKey }),
    endpoint: cloud.ciEndpoint,
    timeoutMs: TIMEOUT_MS,
    now: cloud.now,
    sleep: async (ms) => await delay(ms),
    random: Math.random,
  });
  const call = { deadlineMs: cloud.now() + TIMEOUT_MS };
  count();
  try {
    return await client.describeJobs({ name: Bucket, region: Region }, [NO_JOB], call);
  } catch (error) {
    if (error instanceof CiError) return error;
    throw error;
  }
}

function refusal({ status, code }: CiError): string {
  return `${status ?? 'no answer'} ${code}`;
}
