import { openWire, type Wire } from './open-wire.ts';

/** A way to a database that counts how often the client speaks after the server has: a round trip each. */
export interface CountedWire extends Wire {
  tripsOf(work: () => Promise<unknown>): Promise<number>;
}

export async function countRoundTrips(databaseUrl: string): Promise<CountedWire> {
  let trips = 0;
  let isServersTurn = true;
  const wire = await openWire(databaseUrl, {
    fromClient() {
      if (isServersTurn) trips += 1;
      isServersTurn = false;
    },
    fromServer() {
      isServersTurn = true;
    },
  });
  return {
    ...wire,
    async tripsOf(work) {
      trips = 0;
      isServersTurn = true;
      await work();
      return trips;
    },
  };
}
