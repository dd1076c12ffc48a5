/** A policy of Cloud Access Management (CAM) [doc 598/10604]. */
export interface PolicyDocument {
  readonly version: '2.0';
  readonly statement: readonly Statement[];
}

export interface Statement {
  readonly effect: 'allow';
  /** `ci:DescribeMediaJob`; case matters */
  readonly action: readonly string[];
  /** each in six segments, or `*` */
  readonly resource: readonly string[];
}

export function allow(action: readonly string[], resource: readonly string[]): Statement {
  return { effect: 'allow', action, resource };
}
