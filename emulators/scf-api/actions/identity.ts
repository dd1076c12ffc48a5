import * as v from 'valibot';
import { action } from '../action.ts';
import { ApiError } from '../api-error.ts';
import { maybeText } from '../request-schema.ts';

/** STS: whose keys these are [sdk]. */
export const getCallerIdentity = action(v.strictObject({}), (_, { account }) => ({
  Arn: `qcs::cam::uin/${account.appId}:uin/${account.appId}`,
  AccountId: account.appId,
  UserId: account.appId,
  PrincipalId: account.appId,
  Type: 'CAMUser',
}));

/** CAM [doc 598/33557]; the code for a role that does not exist [go]. */
export const getRole = action(
  v.strictObject({ RoleId: maybeText, RoleName: maybeText }),
  ({ RoleName = '' }, { account }) => {
    const trust = account.roles.get(RoleName);
    if (trust === undefined)
      throw new ApiError('InvalidParameter.RoleNotExist', `The role ${RoleName} does not exist.`);
    return { RoleInfo: { RoleId: RoleName, RoleName, PolicyDocument: trust } };
  },
);
