import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { RobotKind } from '../../shared/notify/robot/robot.ts';

/** What one message said, as the platform understood it. */
export interface Message {
  readonly title: string;
  readonly text: string;
  readonly bytes: number;
}

const MINUTE_MS = 60_000;
const LIMITS = { wecom: 20, dingtalk: 20, feishu: 100 } as const;
const TEXT_BYTES = { wecom: 4096, dingtalk: 20_000, feishu: 20_000 } as const;

/**
 * A platform's robot as its document has it: it takes messages of the right form, signed where it has a secret, within the
 * size and the number a minute, and says 200 to whatever it refuses.
 */
export async function startRobot(kind: RobotKind, secret = '', now: () => number = Date.now) {
  const taken: Message[] = [];
  const refused: number[] = [];
  const times: number[] = [];
  let broken: number | undefined;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const code = broken ?? judge(body, new URL(request.url ?? '', 'http://robot'));
    if (code !== 0) refused.push(code);
    const answer =
      kind === 'feishu'
        ? { code, msg: 'words with a key=SECRET in them' }
        : { errcode: code, errmsg: 'key=SECRET' };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });

  function judge(text: string, url: URL): number {
    const said = JSON.parse(text);
    if (!isSigned(said, url)) return { wecom: 93000, dingtalk: 310000, feishu: 19021 }[kind];
    const atMs = now();
    times.push(atMs);
    if (times.filter((time) => time > atMs - MINUTE_MS).length > LIMITS[kind])
      return { wecom: 45009, dingtalk: 130101, feishu: 9499 }[kind];
    const message = read(said);
    if (message === undefined) return { wecom: 40008, dingtalk: 400101, feishu: 9499 }[kind];
    if (Buffer.byteLength(kind === 'feishu' ? text : message.text) > TEXT_BYTES[kind]) return 40058;
    taken.push({ ...message, bytes: Buffer.byteLength(text) });
    return 0;
  }

  function isSigned(said: Record<string, unknown>, url: URL): boolean {
    if (secret === '') return true;
    if (kind === 'dingtalk') {
      const timestamp = url.searchParams.get('timestamp') ?? '';
      const expected = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
      return (
        url.searchParams.get('sign') === expected && Math.abs(Number(timestamp) - Date.now()) < 3_600_000
      );
    }
    const { timestamp, sign } = said;
    return sign === createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64');
  }

  function read(said: Record<string, Record<string, unknown>>): Omit<Message, 'bytes'> | undefined {
    if (kind === 'feishu') {
      const card = said['card'] as {
        header?: { title?: { content?: string } };
        elements?: { tag: string; content: string }[];
      };
      const [element] = card?.elements ?? [];
      const isCard = String(said['msg_type']) === 'interactive' && element?.tag === 'markdown';
      return isCard ? { title: card.header?.title?.content ?? '', text: element.content } : undefined;
    }
    const { content, text, title } = said['markdown'] ?? {};
    const whole = kind === 'wecom' ? content : text;
    if (String(said['msgtype']) !== 'markdown' || typeof whole !== 'string') return undefined;
    return { title: kind === 'wecom' ? (whole.split('\n')[0] ?? '') : String(title ?? ''), text: whole };
  }

  const path = createHash('sha256').update(kind).digest('hex').slice(0, 20);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/robot/send?key=${path}`,
    taken,
    refused,
    /** From now on every message is answered with this code; undefined: no more. */
    refuse: (code: number | undefined) => {
      broken = code;
    },
  };
}
