/** Who may take a role on: here the functions' platform [doc 583/32389]. */
export interface TrustPolicy {
  readonly version: '2.0';
  readonly statement: readonly [
    {
      readonly effect: 'allow';
      readonly action: 'name/sts:AssumeRole';
      readonly principal: { readonly service: readonly string[] };
    },
  ];
}

export const SCF_CARRIER = 'scf.qcloud.com';

/** The same for each of the functions' roles. */
export const TRUST_POLICY: TrustPolicy = {
  version: '2.0',
  statement: [{ effect: 'allow', action: 'name/sts:AssumeRole', principal: { service: [SCF_CARRIER] } }],
};

/** Who takes CI's role on, as the link that makes it says [doc]. */
export const CI_CARRIER = 'ci.qcloud.com';
