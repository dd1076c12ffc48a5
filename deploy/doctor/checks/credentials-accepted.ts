import { setTimeout as delay } from 'node:timers/promises';
import { createCloudApi } from '../../cloud/api/cloud-api.ts';
import type { CloudAccess } from '../cloud-access.ts';
import { type Finding, fine } from '../finding.ts';
import { apiRefused } from './refusals.ts';

/** GetCallerIdentity: whose credentials they are. */
export async function credentialsAccepted(
  { credentials, apiEndpoint, now }: CloudAccess,
  region: string,
  signal: AbortSignal,
): Promise<Finding> {
  const sleep = (milliseconds: number) => delay(milliseconds, undefined, { signal });
  const api = createCloudApi({ credentials, region, endpoint: apiEndpoint, clock: { now, sleep } });
  try {
    return fine(`credentials: accepted, of account ${await api.accountId()}`);
  } catch (error) {
    return apiRefused(error, 'credentials');
  }
}
