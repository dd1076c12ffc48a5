import type { Sql } from '../../store/store.ts';

/** An order has used its share of what its rule may submit: this one waits, and no other does. */
export async function holdBehind(sql: Sql, intentId: string, rule: string, seconds: number): Promise<void> {
  await sql`
    update intents set
      next_try_at = jobwatch_now() + ${seconds}::float8 * interval '1 second',
      last_error = ${`held back: orders take at most half of what rule ${rule} submits in an hour`},
      claim_token = null, claimed_until = null
    where id = ${intentId}`;
}
