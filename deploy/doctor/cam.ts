import { Agent } from 'node:http';
import { CommonClient } from 'tencentcloud-sdk-nodejs-common';
import * as v from 'valibot';
import { DeployError } from '../cloud/deploy-error.ts';
import { fromSdkError } from '../cloud/sdk-error.ts';
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
    const told: unknown = await clientOf(cloud).request('GetRole', { RoleName: roleName }, { signal });
    const { PolicyDocument } = v.parse(answer, told).RoleInfo;
    return v.parse(trust, JSON.parse(PolicyDocument)).statement.flatMap(({ principal }) => principal.service);
  } catch (cause) {
    if (cause instanceof v.ValiError || cause instanceof SyntaxError) {
      throw new DeployError({
        code: 'BadAnswer',
        message: 'GetRole did not answer a role',
        action: 'GetRole',
      });
    }
    const error = fromSdkError(cause, 'GetRole', '');
    if (error.code === ABSENT) return undefined;
    throw error;
  }
}

function clientOf({ credentials, apiEndpoint }: CloudAccess): CommonClient {
  const { secretId, secretKey, sessionToken } = credentials;
  return new CommonClient('cam.tencentcloudapi.com', VERSION, {
    credential: { secretId, secretKey, ...(sessionToken === undefined ? {} : { token: sessionToken }) },
    profile: {
      httpProfile:
        apiEndpoint === undefined
          ? {}
          : {
              endpoint: apiEndpoint.host,
              protocol: `${apiEndpoint.protocol}//`,
              // An agent of its own keeps a proxy of the environment out of the way of a local address.
              ...(apiEndpoint.protocol === 'http:' ? { agent: new Agent({ keepAlive: false }) } : {}),
            },
    },
  });
}
