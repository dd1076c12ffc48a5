import { CommonClient } from 'tencentcloud-sdk-nodejs-common';
import * as v from 'valibot';
import { DeployError } from '../cloud/api/deploy-error.ts';
import { sdkConfig } from '../cloud/api/sdk-config.ts';
import { fromSdkError } from '../cloud/api/sdk-error.ts';
import type { CloudAccess } from './cloud-access.ts';

const VERSION = '2019-01-16';
/** As GetRole answers for a role that is not there [sdk]. */
const ABSENT = 'InvalidParameter.RoleNotExist';

const answer = v.object({ RoleInfo: v.object({ PolicyDocument: v.string() }) });
const trust = v.object({
  statement: v.array(
    v.object({
      principal: v.optional(
        v.object({ service: v.optional(v.union([v.string(), v.array(v.string())]), []) }),
        {},
      ),
    }),
  ),
});

/**
 * Which services may take a role on; undefined when there is no such role.
 *
 * @throws DeployError when CAM refuses to say
 */
export async function carriersOf(
  cloud: CloudAccess,
  roleName: string,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  try {
    const answered: unknown = await clientOf(cloud).request('GetRole', { RoleName: roleName }, { signal });
    const { PolicyDocument } = v.parse(answer, answered).RoleInfo;
    return v.parse(trust, JSON.parse(PolicyDocument)).statement.flatMap(({ principal }) => principal.service);
  } catch (cause) {
    if (cause instanceof v.ValiError || cause instanceof SyntaxError) {
      throw new DeployError({
        code: 'BadAnswer',
        message: 'GetRole sent an answer that could not be read',
        action: 'GetRole',
      });
    }
    const error = fromSdkError(cause, 'GetRole', '');
    if (error.code === ABSENT) return undefined;
    throw error;
  }
}

function clientOf({ credentials, apiEndpoint }: CloudAccess): CommonClient {
  const { credential, httpProfile } = sdkConfig(credentials, apiEndpoint);
  return new CommonClient('cam.tencentcloudapi.com', VERSION, { credential, profile: { httpProfile } });
}
