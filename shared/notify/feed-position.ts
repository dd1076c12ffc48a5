/** A place in the feed: behind the event that has it. */
export interface FeedPosition {
  /** the number of the transaction that wrote the event */
  readonly xid: string;
  readonly seq: string;
}

/** As `Next` tells it and `after` takes it. Numbers of more digits are none of ours, and too large for the database. */
export const FEED_POSITION = /^(\d{1,19})-(\d{1,18})$/;

export function parseFeedPosition(text: string): FeedPosition | undefined {
  const [, xid, seq] = FEED_POSITION.exec(text) ?? [];
  return xid === undefined || seq === undefined ? undefined : { xid, seq };
}

export function formatFeedPosition({ xid, seq }: FeedPosition): string {
  return `${xid}-${seq}`;
}
