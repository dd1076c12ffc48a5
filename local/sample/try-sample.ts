import path from 'node:path';
import type { Environment } from '../../shared/environment.ts';
import type { ConsoleOutput } from '../console/console-output.ts';
import type { LocalCloud } from '../steps/start-local-cloud.ts';
import { needsSample, objectFile, runSampleJob, SAMPLE_CLIP, SAMPLE_GIF } from './sample-job.ts';

export interface TrySampleOptions {
  cloud: LocalCloud;
  /** Of the functions' HTTP API. */
  functionsUrl: string;
  /** What the functions were given: the user may have pointed them elsewhere. */
  environment: Environment;
  dataDir: string;
  /** What the API accepts, if it wants one. */
  token: string | undefined;
}

/**
 * On the first start, shows the whole way once: a clip, its job, the GIF. A sample that fails is told and is no reason
 * not to start.
 *
 * @returns the id of the sample's job, if it ran
 */
export async function trySample(
  options: TrySampleOptions,
  output: ConsoleOutput,
): Promise<string | undefined> {
  const { cloud, functionsUrl, environment, dataDir, token } = options;
  if (environment['CI_ENDPOINT'] !== cloud.url || !(await needsSample(dataDir))) return undefined;
  try {
    const jobId = await runSampleJob({
      ffmpeg: cloud.ffmpeg,
      dataDir,
      url: functionsUrl,
      authorization: token && `Bearer ${token}`,
      onProgress: (text) => output.progress(`sample   ${SAMPLE_CLIP} → ${SAMPLE_GIF}: ${text}`),
    });
    output.say(`gif      ${nearName(objectFile(dataDir, SAMPLE_GIF))}`);
    output.say(`job      ${functionsUrl}/jobs/${jobId}`);
    return jobId;
  } catch (error) {
    output.say(`sample   failed: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** Below this folder by its name from here, as people would type it. */
function nearName(file: string): string {
  const near = path.relative('', file);
  return near.startsWith('..') ? file : near;
}
