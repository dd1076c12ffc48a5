import { createHmac } from 'node:crypto';
import type { Attempt } from '../webhook/post-webhook.ts';
import type { DeliveryVerdict } from '../webhook/verdict.ts';
import type { RobotKind } from './robot.ts';

/** What is said in one message: a title, and lines below it. */
export interface Said {
  readonly title: string;
  readonly text: string;
}

interface Platform {
  /** of the text, in bytes of UTF-8 */
  readonly mostBytes: number;
  readonly body: (said: Said, secret: string, atMs: number) => object;
  /** where it is posted */
  readonly address: (url: URL, secret: string, atMs: number) => URL;
  /** the answer's code that means it was taken, by the names that it may have */
  readonly codes: readonly string[];
  /** codes of a robot that was sent too much */
  readonly tooMany: readonly number[];
}

/** How long a robot that was sent too much is left alone. */
const TOO_MANY_MS = 60_000;

const PLATFORMS: Readonly<Record<RobotKind, Platform>> = {
  // [doc developer.work.weixin.qq.com/document/path/91770]: markdown of at most 4096 bytes, 20 messages a minute
  wecom: {
    mostBytes: 4096,
    body: ({ title, text }) => ({ msgtype: 'markdown', markdown: { content: `**${title}**\n${text}` } }),
    address: (url) => url,
    codes: ['errcode'],
    tooMany: [45009, 45033],
  },
  // [doc open.dingtalk.com/document/robots/custom-robot-access]: 20 messages a minute, signed in the address
  dingtalk: {
    mostBytes: 20_000,
    // Lines are joined unless two spaces stand before their end.
    body: ({ title, text }) => ({
      msgtype: 'markdown',
      markdown: { title, text: `**${title}**\n\n${text.replaceAll('\n', '  \n')}` },
    }),
    address: (url, secret, atMs) => (secret === '' ? url : signedAddress(url, secret, atMs)),
    codes: ['errcode'],
    tooMany: [130101, 410100],
  },
  // [doc open.feishu.cn/document/client-docs/bot-v3/add-custom-bot]: a body of 20 KB, 100 messages a minute and 5 a second
  feishu: {
    mostBytes: 18_000,
    body: ({ title, text }, secret, atMs) => ({
      ...(secret === '' ? {} : signedFields(secret, atMs)),
      msg_type: 'interactive',
      card: {
        header: { title: { tag: 'plain_text', content: title } },
        elements: [{ tag: 'markdown', content: text }],
      },
    }),
    address: (url) => url,
    codes: ['code', 'StatusCode'],
    tooMany: [9499, 11232],
  },
};

/** How much text a message may have, in bytes. */
export function mostBytesOf(kind: RobotKind): number {
  return PLATFORMS[kind].mostBytes;
}

/** Where a message goes, and what it is. */
export function messageTo(
  { kind, secret }: { readonly kind: RobotKind; readonly secret: string },
  url: URL,
  said: Said,
  atMs: number,
): { readonly url: URL; readonly body: Uint8Array } {
  const { address, body } = PLATFORMS[kind];
  return { url: address(url, secret, atMs), body: Buffer.from(JSON.stringify(body(said, secret, atMs))) };
}

/** The answer's own code decides: these platforms say 200 to what they refuse. Their words are not repeated. */
export function robotVerdict(kind: RobotKind, attempt: Attempt): DeliveryVerdict {
  if (attempt.kind === 'failed')
    return { outcome: 'failed', status: null, error: attempt.reason, pauseMs: 0 };
  const { status, retryAfterMs = 0, body = '' } = attempt;
  if (status === 429) return later(status, 'answered 429', retryAfterMs || TOO_MANY_MS);
  if (status < 200 || status >= 300)
    return { outcome: 'failed', status, error: `answered ${status}: expected a 2xx`, pauseMs: retryAfterMs };
  const { codes, tooMany } = PLATFORMS[kind];
  const code = codeIn(body, codes);
  if (code === 0) return { outcome: 'delivered', status };
  if (code === undefined)
    return { outcome: 'failed', status, error: `answered no ${codes[0]}: expected 0`, pauseMs: 0 };
  if (tooMany.includes(code))
    return later(status, `answered ${codes[0]} ${code}: too many messages`, TOO_MANY_MS);
  return { outcome: 'failed', status, error: `answered ${codes[0]} ${code}: expected 0`, pauseMs: 0 };
}

function later(status: number, error: string, pauseMs: number): DeliveryVerdict {
  return { outcome: 'later', status, error, pauseMs };
}

function codeIn(body: string, names: readonly string[]): number | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer !== 'object' || answer === null) return undefined;
    const values = new Map(Object.entries(answer));
    const found = names.map((name) => values.get(name)).find((value) => typeof value === 'number');
    return typeof found === 'number' ? found : undefined;
  } catch {
    return undefined;
  }
}

/** DingTalk: HMAC-SHA256 of the time and the secret, by the secret; milliseconds. */
function signedAddress(url: URL, secret: string, atMs: number): URL {
  const sign = createHmac('sha256', secret).update(`${atMs}\n${secret}`).digest('base64');
  const signed = new URL(url);
  signed.searchParams.set('timestamp', String(atMs));
  signed.searchParams.set('sign', sign);
  return signed;
}

/** Feishu: HMAC-SHA256 of nothing, by the time and the secret; seconds. */
function signedFields(secret: string, atMs: number): { timestamp: string; sign: string } {
  const timestamp = String(Math.floor(atMs / 1000));
  return { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64') };
}
