import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimDeliveries } from '../../shared/notify/claim-deliveries.ts';
import { takeEndpointTurn } from '../../shared/notify/endpoint-turn.ts';
import { enableEndpoint, noteEndpoints } from '../../shared/notify/endpoints.ts';
import { expireDeliveries } from '../../shared/notify/expire-deliveries.ts';
import { fanOut } from '../../shared/notify/fan-out.ts';
import { deliveriesOf, listDeliveries } from '../../shared/notify/list-deliveries.ts';
import { listEndpoints } from '../../shared/notify/list-endpoints.ts';
import { readFeed } from '../../shared/notify/read-feed.ts';
import { recordAttempts } from '../../shared/notify/record-attempts.ts';
import { orderRecovery, recoverSome } from '../../shared/notify/recover-deliveries.ts';
import { sendAgain } from '../../shared/notify/send-again.ts';
import type { DeliveryVerdict } from '../../shared/notify/webhook/verdict.ts';
import { encodeCursor } from '../../shared/store/cursor.ts';
import { type ExplainedStore, startExplainedStore } from '../worlds/explained-store.ts';
import { endpointAt } from '../worlds/receiver.ts';

const TOKEN = randomUUID();
const ENDPOINTS = ['hooks', 'other'].map((name) => ({ ...endpointAt('http://127.0.0.1'), name }));
const FAILED: DeliveryVerdict = { outcome: 'failed', status: 500, error: 'no', pauseMs: 0 };

let explained: ExplainedStore;
beforeAll(async () => {
  explained = await startExplainedStore();
});
afterAll(() => explained.close());

describe('callers read their page, and nothing that lies behind it', () => {
  it.each([{}, { types: ['jobwatch.job.failed'] as const }])('of the feed, asked for %o', async (more) => {
    const query = { after: '1-20000', limit: 100, ...more };
    await explained.expectIndexes((sql) => readFeed(sql, query), ['events_in_feed']);
    await explained.expectIndexes((sql) => readFeed(sql, { after: 'now', limit: 1 }), ['events_in_feed']);
  });

  it('of endpoints, with what waits for them', async () => {
    await explained.expectIndexes(listEndpoints, ['deliveries_by_endpoint_and_state']);
  });

  it('of what is dead and sent again', async () => {
    await explained
      .expectIndexes(
        async (sql) => {
          await orderRecovery(sql, 'hooks', new Date(0));
          expect(await recoverSome(sql, 'hooks', 500)).toBe(500);
          throw new Error('taken back');
        },
        ['deliveries_by_endpoint_and_state', 'deliveries_pkey'],
      )
      .catch((error) => expect(String(error)).toContain('taken back'));
    explained.expectUsed(['deliveries_by_endpoint_and_state', 'deliveries_pkey']);
  });
});

describe('deliver reads what is due, and nothing that has ended', () => {
  it('fans out what is new', async () => {
    await explained.expectIndexes(
      async (sql) => {
        await noteEndpoints(sql, ENDPOINTS);
        expect(await fanOut(sql, ENDPOINTS, 500)).toBe(300);
      },
      ['events_to_fan_out', 'events_pkey', 'deliveries_in_order'],
    );
  });

  it('claims what is due, and writes down how it went', async () => {
    await explained.store.transaction(async (sql) => {
      const claimed = await claimDeliveries(sql, 'hooks', TOKEN, { seats: 8 });
      expect(claimed).toHaveLength(8);
      explained.expectUsed(['deliveries_due', 'deliveries_in_order', 'deliveries_claimed', 'events_pkey']);
      const attempted = claimed.map(({ id }) => ({ id, verdict: FAILED }));
      const turn = { isOn: true, pauseMs: 0 };
      expect((await recordAttempts(sql, 'hooks', TOKEN, attempted, turn)).recorded).toHaveLength(8);
      explained.expectUsed(['deliveries_pkey', 'deliveries_in_order']);
    });
  });

  it('brings back what a clock put off that was put back since', async () => {
    await explained.client`
      update endpoints set touched_at = jobwatch_now() + interval '1 hour' where name = 'other'`;
    await explained.expectIndexes(
      async (sql) => {
        expect(await takeEndpointTurn(sql, 'other', true)).toMatchObject({ isOn: true });
      },
      ['deliveries_pkey', 'deliveries_claimed'],
    );
  });

  it('gives up what nobody has tried for long', async () => {
    await explained.expectIndexes(
      (sql) => expireDeliveries(sql, ['hooks'], { days: 30, rows: 500 }),
      ['deliveries_due', 'deliveries_pkey'],
    );
  });
});

describe('whoever looks, or sends again', () => {
  const cursor = encodeCursor({ createdUs: `${Date.now() - 3_600_000}000`, id: 'open-1' });
  it.each([
    ['the newest', {}, 'deliveries_newest'],
    ['from a cursor on', { cursor }, 'deliveries_newest'],
    ['of an endpoint that gets few', { endpoint: 'rare' }, 'deliveries_by_endpoint'],
    ['that are dead', { state: 'dead' }, 'deliveries_by_state'],
    [
      'that are dead, of an endpoint that gets few',
      { endpoint: 'rare', state: 'dead' },
      'deliveries_by_endpoint_and_state',
    ],
    ['that are dead, from a cursor on', { state: 'dead', cursor }, 'deliveries_by_state'],
  ])('a list of deliveries: %s', async (_, filter, index) => {
    await explained.expectIndexes((sql) => listDeliveries(sql, { ...filter, limit: 50 }), [index]);
  });

  it('the deliveries of a job, and one of them', async () => {
    await explained.expectIndexes((sql) => deliveriesOf(sql, 'open-1'), ['deliveries_of_job']);
    await explained.expectIndexes((sql) => sendAgain(sql, 'open-1-1.hooks'), ['deliveries_pkey']);
    await explained.store.transaction((sql) => enableEndpoint(sql, 'hooks'));
  });
});
