import type { CiError } from '../../ci/ci-error.ts';
import type { Sql } from '../../store/store.ts';
import { clearPutOff } from '../../throttle/lanes.ts';
import { errorDelayMs } from '../../throttle/schedule.ts';
import type { IntentRow } from '../intent.ts';
import { giveBackOutputs } from '../outputs/give-back.ts';
import { isOutdated, settleSuperseded } from './supersede.ts';

/** A job that was not found is looked for once more before it is submitted again. */
export const LOOKS = 2;
const SECOND_LOOK_SECONDS = 30;

/*
 * What becomes of an intent whose job was looked for and not found. All of it is fenced by the claim: somebody else may
 * have found the job meanwhile.
 */

/** CI did not list it: it is looked for once more, and then it is certain that CI did not take it. */
export async function noteNotFound(sql: Sql, intent: IntentRow, token: string): Promise<void> {
  const looks = intent.looks + 1;
  if (looks < LOOKS) return await lookAgain(sql, intent, token, looks);
  if (await isOutdated(sql, intent)) return await settleSuperseded(sql, intent, token);
  await postAgain(sql, intent, token, looks);
}

async function lookAgain(sql: Sql, { id }: IntentRow, token: string, looks: number): Promise<void> {
  await sql`
    update intents set
      state = 'doubtful', looks = ${looks},
      next_try_at = jobwatch_now() + ${SECOND_LOOK_SECONDS} * interval '1 second',
      claim_token = null, claimed_until = null
    where id = ${id} and ${isClaimedBy(sql, token)}`;
}

/** Among those that were never posted it has the place that it had, and it fills none under its rule's limit. */
async function postAgain(sql: Sql, intent: IntentRow, token: string, looks: number): Promise<void> {
  const { id, bucket, region, rule } = intent;
  const freed = await sql`
    update intents set
      state = 'pending', looks = ${looks}, next_try_at = created_at, posted_at = null,
      claim_token = null, claimed_until = null
    where id = ${id} and ${isClaimedBy(sql, token)}`;
  if (freed.count === 0) return;
  await giveBackOutputs(sql, id);
  await clearPutOff(sql, { kind: 'submit', bucket, region, rule });
}

/** CI did not answer the question: it is asked again after a while, which gets longer each time. */
export async function lookLater(
  sql: Sql,
  { id, tries }: IntentRow,
  token: string,
  error: CiError,
  random: number,
): Promise<void> {
  await sql`
    update intents set
      last_error = ${error.reason}, tries = tries + 1,
      next_try_at = jobwatch_now() + ${errorDelayMs(tries, random)}::float8 * interval '1 millisecond',
      claim_token = null, claimed_until = null
    where id = ${id} and ${isClaimedBy(sql, token)}`;
}

function isClaimedBy(sql: Sql, token: string) {
  return sql`claim_token = ${token} and settled_at is null`;
}
