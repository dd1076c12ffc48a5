import { scf } from 'tencentcloud-sdk-nodejs-scf';
import { sts } from 'tencentcloud-sdk-nodejs-sts';
import type { Credentials } from '../../../shared/ci/client/client-options.ts';
import type { DeployError } from './deploy-error.ts';
import { FIRST_BACKOFF_MS, MAX_API_ATTEMPTS, MAX_BACKOFF_MS, REQUEST_TIMEOUT_S } from './limits.ts';
import { sdkConfig } from './sdk-config.ts';
import { fromSdkError, isOutcomeUnknown, isThrottled } from './sdk-error.ts';

type ScfClient = InstanceType<typeof scf.v20180416.Client>;

/** What retries and waits go by. */
export interface ApiClock {
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

interface ApiOptions {
  readonly credentials: Credentials;
  readonly region: string;
  /** Where the API is; default: Tencent Cloud's own. */
  readonly endpoint?: URL | undefined;
  readonly clock: ApiClock;
}

type Request<T> = (client: ScfClient) => Promise<T>;

/** The SCF API. Every error is a DeployError that names the action and the function. */
export interface CloudApi {
  /** Repeated while throttled, and after an error of the network or the API. */
  read<T>(action: string, functionName: string, request: Request<T>): Promise<T>;
  /** Repeated only while throttled: after an error with `needsReread` the account is to be read again. */
  write<T>(action: string, functionName: string, request: Request<T>): Promise<T>;
  /** A write that takes as long as the function it runs. */
  run<T>(action: string, functionName: string, timeoutS: number, request: Request<T>): Promise<T>;
  /** The number (Uin) of the account that the credentials belong to. */
  accountId(): Promise<string>;
  readonly clock: ApiClock;
}

export function createCloudApi({ credentials, region, endpoint, clock }: ApiOptions): CloudApi {
  const configure = (reqTimeout: number, at = endpoint) => {
    const { credential, httpProfile } = sdkConfig(credentials, at);
    return { credential, region, profile: { httpProfile: { reqTimeout, ...httpProfile } } };
  };
  const client = new scf.v20180416.Client(configure(REQUEST_TIMEOUT_S));

  const retry = async <T>(
    action: string,
    functionName: string,
    request: () => Promise<T>,
    repeats: (error: DeployError) => boolean,
  ): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await request();
      } catch (cause) {
        const error = fromSdkError(cause, action, functionName);
        if (attempt === MAX_API_ATTEMPTS || !repeats(error)) throw error;
        await clock.sleep(Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), MAX_BACKOFF_MS));
      }
    }
  };
  const repeatsRead = (error: DeployError) => isThrottled(error) || isOutcomeUnknown(error.code);

  return {
    clock,
    read: (action, name, request) => retry(action, name, () => request(client), repeatsRead),
    write: (action, name, request) => retry(action, name, () => request(client), isThrottled),
    run: (action, name, timeoutS, request) => {
      const slowClient = new scf.v20180416.Client(configure(timeoutS));
      return retry(action, name, () => request(slowClient), isThrottled);
    },
    accountId: async () => {
      // Each product has a host of its own, also abroad; an address on its own serves both.
      const host = endpoint && new URL(endpoint.href.replace('//scf.', '//sts.'));
      const identity = new sts.v20180813.Client(configure(REQUEST_TIMEOUT_S, host));
      const asked = () => identity.GetCallerIdentity(null);
      return (await retry('GetCallerIdentity', '', asked, repeatsRead)).AccountId ?? '';
    },
  };
}
