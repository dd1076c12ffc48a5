import { rm } from 'node:fs/promises';
import type { BucketName } from '../places.ts';
import type { Mood } from '../plan/step.ts';
import type { Part } from './child.ts';
import type { CloudState } from './cloud-state.ts';
import type { Database } from './database.ts';
import type { Front } from './front.ts';
import type { JobLog } from './job-log.ts';
import type { Ledger } from './ledger.ts';
import type { BuiltService } from './make-service.ts';
import type { ObjectClient } from './object-client.ts';
import type { Secrets } from './secrets.ts';

/** The whole local stack, each part a process of its own, and what was done to it. */
export interface World {
  readonly folder: string;
  readonly logs: string;
  readonly functionsUrl: string;
  readonly receivedFile: string;
  readonly secrets: Secrets;
  readonly databaseUrl: string;
  readonly built: BuiltService;
  readonly database: Database;
  readonly front: Front;
  readonly clouds: Readonly<Record<BucketName, Part>>;
  readonly runtime: Part;
  readonly receiver: Part;
  /** What a cloud is told, also when it comes back. */
  readonly cloudStates: Readonly<Record<BucketName, CloudState>>;
  readonly objects: ObjectClient;
  readonly ledger: Ledger;
  readonly jobLog: JobLog;
  readonly palette: readonly Buffer[];
  portOf(bucket: string): number;
  /** Starts a cloud and tells it what goes wrong. */
  startCloud(bucket: BucketName): Promise<void>;
  startReceiver(): Promise<void>;
  setMood(mood: Mood): Promise<void>;
}

/** Ends every part as it ends when nobody kills it. @returns the parts that did not end well */
export async function stopWorld(world: World): Promise<string[]> {
  const parts = [world.runtime, world.receiver, ...Object.values(world.clouds)];
  const ends = await Promise.all(parts.map(async (part) => ({ part, code: await part.stop() })));
  await world.database.close();
  await world.front.close();
  return ends.filter(({ code }) => code !== 0).map(({ part, code }) => `${part.name} ended with ${code}`);
}

export async function removeFolder({ folder }: World): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
