import * as v from 'valibot';
import { FEED_POSITION } from '../../notify/feed-position.ts';
import { EVENT_TYPES } from '../../watch/event.ts';
import { numberParameter, textParameter, wordListParameter } from '../parameters.ts';
import { route } from '../route.ts';

/** Events on one page of the feed, unless it asks for others. */
const DEFAULT_FEED_PAGE = 100;
const MAX_FEED_PAGE = 500;

export const listEventsRoute = route({
  operationId: 'listEvents',
  method: 'GET',
  path: '/events',
  summary:
    'Events in an order in which none comes late, for those who cannot be called: ask again after `Next`',
  caller: 'reader',
  query: {
    after: v.exactOptional(
      textParameter(
        new RegExp(`^now$|${FEED_POSITION.source}`),
        'now, or the Next of an earlier answer; without it from the oldest that is kept',
      ),
    ),
    types: v.exactOptional(wordListParameter(EVENT_TYPES)),
    limit: v.optional(numberParameter(1, MAX_FEED_PAGE), String(DEFAULT_FEED_PAGE)),
  },
});
