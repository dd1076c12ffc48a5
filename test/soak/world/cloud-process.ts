/** Cloud Infinite + COS of one bucket, with its COS triggers, as npm start puts them together. */
import { startCloud } from '../../../emulators/ci/start-cloud.ts';
import { startProcessGuard } from '../../../emulators/process-guard.ts';
import type { CosTrigger } from '../../../local/triggers/cos-trigger.ts';
import { startCosTriggers } from '../../../local/triggers/start-cos-triggers.ts';
import { invokeOver } from './invoke.ts';
import { readSettings, ready } from './part-process.ts';

export interface CloudSettings {
  readonly port: number;
  readonly dataDir: string;
  readonly secretId: string;
  readonly secretKey: string;
  readonly bucket: string;
  readonly region: string;
  readonly ffmpeg: string;
  readonly triggers: readonly CosTrigger[];
  /** Of the runtime, where functions take events. */
  readonly invokePort: number;
}

const { triggers, invokePort, ...settings } = readSettings<CloudSettings>();
const cosTriggers = startCosTriggers({
  triggers,
  deliver: async (name, event) => {
    const result = await invokeOver(invokePort, name, event);
    if (!result.ok) throw new Error(`${name} has not dealt with an event`);
  },
});
const cloud = await startCloud({
  ...settings,
  log: (line) => console.log(JSON.stringify({ kind: 'cloud', ...line })),
  onObjectCreated: cosTriggers.objectCreated,
  events: cosTriggers.events,
  onProcess: startProcessGuard('KILL').watch,
});
ready(async () => {
  cosTriggers.close();
  await cloud.close();
});
