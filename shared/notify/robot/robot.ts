import type { Language } from '../../words/words.ts';

export const ROBOT_KINDS = ['wecom', 'dingtalk', 'feishu'] as const;
export type RobotKind = (typeof ROBOT_KINDS)[number];

/** How a chat's robot is spoken to. */
export interface Robot {
  readonly kind: RobotKind;
  /** signs, where the platform knows that; '' where it is not set */
  readonly secret: string;
  readonly lang: Language;
  /** what happens within so long is one message */
  readonly digestSeconds: number;
  /** the console, for links to jobs; undefined when it is not known */
  readonly consoleUrl: URL | undefined;
}

/** The platforms' own: an address elsewhere is no robot of theirs [doc: each platform's guide]. */
const HOSTS: Readonly<Record<RobotKind, readonly string[]>> = {
  wecom: ['qyapi.weixin.qq.com'],
  dingtalk: ['oapi.dingtalk.com'],
  feishu: ['open.feishu.cn', 'open.larksuite.com'],
};

export function isHostOf(kind: RobotKind, { hostname, protocol }: URL): boolean {
  return protocol === 'https:' && HOSTS[kind].includes(hostname);
}
