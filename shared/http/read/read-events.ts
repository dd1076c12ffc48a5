import { readFeed } from '../../notify/read-feed.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { answer } from '../http-answer.ts';
import { Problem } from '../problem.ts';
import { listEventsRoute } from '../routes/events.ts';

export function readEvents({ store }: Instance): Handler[] {
  return [
    storeHandler(listEventsRoute, store, async ({ query }, { transaction }) => {
      const page = await transaction((sql) => readFeed(sql, query));
      if (page === undefined)
        throw new Problem(
          410,
          'FeedExpired',
          `after: expected a position behind which every event is kept, got ${query.after}`,
        );
      // Written together as text: each event has the bytes that its deliveries have.
      const body = `{"Events":[${page.events.join(',')}],"Next":${JSON.stringify(page.next)}}`;
      return answer(200, body, {
        'content-type': 'application/json',
        'cache-control': 'private, no-cache',
      });
    }),
  ];
}
