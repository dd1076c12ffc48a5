import { carriersOf } from '../cam.ts';
import type { CloudAccess } from '../cloud-access.ts';
import { type Finding, fine, wrong } from '../finding.ts';
import { apiRefused } from './refusals.ts';

export interface ExpectedRole {
  readonly name: string;
  /** the service that must be able to take it on */
  readonly carrier: string;
  /** what to do when it is not there */
  readonly remedy: string;
}

/** GetRole: whether the role is there and its service may take it on. Whether it may be passed, only a deploy tells. */
export async function roleExists(
  cloud: CloudAccess,
  role: ExpectedRole,
  signal: AbortSignal,
): Promise<Finding> {
  const about = `role ${role.name}`;
  try {
    const carriers = await carriersOf(cloud, role.name, signal);
    if (carriers === undefined) return wrong(`${about}: does not exist`, role.remedy);
    if (carriers.includes(role.carrier)) return fine(`${about}: exists, ${role.carrier} may take it on`);
    return wrong(
      `${about}: ${role.carrier} may not take it on`,
      `In the CAM console (访问管理, 角色) add ${role.carrier} to the role's carriers (角色载体).`,
    );
  } catch (error) {
    return apiRefused(error, about);
  }
}
