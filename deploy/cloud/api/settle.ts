import type { GetFunctionResponse } from 'tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models.js';
import type { CloudApi } from './cloud-api.ts';
import { DeployError } from './deploy-error.ts';
import { FIRST_POLL_MS, MAX_POLL_MS, POLL_GROWTH, SETTLE_TIMEOUT_MS } from './limits.ts';
import { unlessAbsent } from './sdk-error.ts';

/** The platform is at work and refuses changes [doc 583/37883]. */
const UNDER_WAY = ['Creating', 'Updating', 'Publishing', 'Deleting'];

/** @returns undefined when the account has no function of this name */
export async function getFunction(api: CloudApi, name: string): Promise<GetFunctionResponse | undefined> {
  return await unlessAbsent(
    api.read('GetFunction', name, (scf) => scf.GetFunction({ FunctionName: name, ShowCode: 'FALSE' })),
  );
}

/**
 * Waits until nothing is under way at a function: creations, updates and deletions go on after the API has answered.
 *
 * @throws DeployError `SettleTimeout` after five minutes
 */
export async function getSettledFunction(
  api: CloudApi,
  name: string,
): Promise<GetFunctionResponse | undefined> {
  const { now, sleep } = api.clock;
  const deadline = now() + SETTLE_TIMEOUT_MS;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * POLL_GROWTH, MAX_POLL_MS)) {
    const found = await getFunction(api, name);
    if (found === undefined || !UNDER_WAY.includes(found.Status ?? '')) return found;
    if (now() >= deadline) {
      throw new DeployError({
        code: 'SettleTimeout',
        message: `still ${found.Status} after ${SETTLE_TIMEOUT_MS / 1000} s`,
        action: 'GetFunction',
        functionName: name,
        remedy: 'Look at the function in the SCF console; run the command again once it is at rest.',
      });
    }
    await sleep(pause);
  }
}

/**
 * Waits until a function that was created or changed runs.
 *
 * @throws DeployError with the platform's reasons when the creation or the change failed in the end
 */
export async function waitUntilActive(api: CloudApi, name: string): Promise<void> {
  const settled = await getSettledFunction(api, name);
  if (settled?.Status === 'Active') return;
  if (settled === undefined) {
    throw new DeployError({
      code: 'FunctionGone',
      message: 'it was there a moment ago',
      functionName: name,
      remedy: 'Somebody else deletes it: find out who, then deploy again.',
      needsReread: true,
    });
  }
  const reasons = (settled.StatusReasons ?? []).map(({ ErrorCode = '', ErrorMessage = '' }) =>
    `${ErrorCode} ${ErrorMessage}`.trim(),
  );
  const { Status = 'UnknownStatus', StatusDesc = '' } = settled;
  throw new DeployError({
    code: Status,
    message: reasons.join('; ') || StatusDesc || 'the platform gives no reason',
    functionName: name,
    requestId: settled.RequestId ?? '',
    remedy: 'Mend what the reason names, then deploy again. A version that ran before still runs.',
  });
}
