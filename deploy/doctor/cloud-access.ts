import type { Credentials } from '../../shared/ci/client/client-options.ts';

/** How the checks reach Tencent Cloud. */
export interface CloudAccess {
  readonly credentials: Credentials;
  /** Connect here instead of to CI's own hosts, which are signed and sent all the same. */
  readonly ciEndpoint: URL | undefined;
  readonly cosEndpoint: URL | undefined;
  /** The same for the API of SCF, STS and CAM. */
  readonly apiEndpoint: URL | undefined;
  /** unix milliseconds */
  readonly now: () => number;
}
