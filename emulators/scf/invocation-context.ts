import type { FunctionSettings } from '../../service/service.ts';

/** The account on whose behalf the local platform runs; the same as the local bucket's. */
const APP_ID = '1250000000';
const OWNER_UIN = '100000000001';

/** The documented context of an event function, without its methods, which the instance adds. */
export interface InvocationContext {
  readonly request_id: string;
  readonly function_name: string;
  readonly function_version: string;
  readonly namespace: string;
  readonly memory_limit_in_mb: number;
  readonly time_limit_in_ms: number;
  readonly tencentcloud_region: string;
  readonly tencentcloud_appid: string;
  readonly tencentcloud_uin: string;
  /** The function's own environment as a JSON text, not as an object [doc]. */
  readonly environment: string;
}

export function invocationContext(
  fn: FunctionSettings,
  { requestId, region }: { requestId: string; region: string },
): InvocationContext {
  return {
    request_id: requestId,
    function_name: fn.name,
    function_version: '$LATEST',
    namespace: 'default',
    memory_limit_in_mb: fn.memorySize,
    time_limit_in_ms: fn.timeout * 1000,
    tencentcloud_region: region,
    tencentcloud_appid: APP_ID,
    tencentcloud_uin: OWNER_UIN,
    environment: JSON.stringify(fn.environment),
  };
}

/**
 * Everything that an instance finds in its environment besides its credentials, which come with each event: the
 * function's own variables and the platform's. Nothing of the developer's shell. The platform's names are a
 * [guess] from its list of built-in variables; no function should rest on them.
 */
export function instanceEnvironment(fn: FunctionSettings, region: string): Record<string, string> {
  return {
    ...fn.environment,
    TZ: 'UTC',
    TENCENTCLOUD_RUNENV: 'SCF',
    TENCENTCLOUD_REGION: region,
    TENCENTCLOUD_APPID: APP_ID,
    TENCENTCLOUD_UIN: OWNER_UIN,
    SCF_FUNCTIONNAME: fn.name,
    SCF_FUNCTIONVERSION: '$LATEST',
    SCF_NAMESPACE: 'default',
  };
}
