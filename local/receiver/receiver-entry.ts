import type { ReceivedEvent } from './read-event.ts';

/** What the receiver has to tell, as values: whoever started it decides how it looks. */
export type ReceiverEntry =
  | ({
      kind: 'event';
      verified: true;
      /** Its id has come before. */
      repeat: boolean;
    } & ReceivedEvent)
  /** Something came that is not accepted; the reason may repeat what came. */
  | { kind: 'event'; verified: false; status: number; reason: string };
