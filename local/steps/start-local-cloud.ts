import { findFfmpeg } from '../../emulators/ci/find-ffmpeg.ts';
import { startCloud } from '../../emulators/ci/start-cloud.ts';
import { startProcessGuard } from '../../emulators/process-guard.ts';
import { LOCAL_BUCKET, LOCAL_REGION, type Settings } from '../settings.ts';
import { StartError } from '../start-error.ts';
import type { CosTriggers } from '../triggers/start-cos-triggers.ts';
import { listening } from './listening.ts';

export interface LocalCloud {
  readonly url: string;
  /** The program that does the jobs. */
  readonly ffmpeg: string;
}

/**
 * Starts Cloud Infinite + COS on DATA_DIR. Only for who holds its lock.
 *
 * @param onClose is given what to undo
 * @throws StartError
 */
export async function startLocalCloud(
  settings: Settings,
  triggers: CosTriggers,
  log: (line: Record<string, unknown>) => void,
  onClose: (close: () => Promise<void>) => void,
): Promise<LocalCloud> {
  const { ciPort, dataDir, secretId, secretKey, refusesVaguely, otherBuckets } = settings;
  const ffmpeg = await findFfmpeg().catch((error: Error) => {
    throw new StartError(error.message);
  });
  const guard = startProcessGuard('KILL');
  onClose(async () => guard.close());
  const cloud = await listening(
    'CI_PORT',
    ciPort,
    startCloud({
      port: ciPort,
      host: '127.0.0.1',
      dataDir,
      secretId,
      secretKey,
      refusesVaguely,
      bucket: LOCAL_BUCKET,
      region: LOCAL_REGION,
      otherBuckets,
      ffmpeg,
      log,
      onObjectCreated: triggers.objectCreated,
      events: triggers.events,
      onProcess: guard.watch,
    }),
  );
  onClose(() => cloud.close());
  return { url: cloud.url, ffmpeg };
}
