import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { findChromium } from './chromium.ts';

/** Root has no sandbox to enter; a browser that phones home would wait for a network that may not be there. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

export interface BrowserPage {
  /** Resolves when the page has been loaded, with all that it asks for. */
  open(url: string): Promise<void>;
  /** The value of an expression there, awaited. */
  evaluate(expression: string): Promise<unknown>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A page of a headless Chromium of its own, until the test ends. */
export async function startBrowserPage(): Promise<BrowserPage> {
  const profile = await mkdtemp(path.join(tmpdir(), 'jobwatch-chromium-'));
  const args = [...FLAGS, `--user-data-dir=${profile}`, '--remote-debugging-pipe', 'about:blank'];
  // The DevTools protocol over two pipes needs neither a port nor a WebSocket.
  const browser = spawn(findChromium(process.env), args, {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const ended = once(browser, 'close');
  onTestFinished(async () => {
    browser.kill('SIGKILL');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  });
  const protocol = speakProtocol(browser.stdio[3] as Writable, browser.stdio[4] as Readable, ended);

  const { targetId } = await protocol.call('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await protocol.call('Target.attachToTarget', { targetId, flatten: true });
  const onPage = (method: string, params: object = {}) => protocol.call(method, params, sessionId);
  await onPage('Page.enable');
  return {
    async open(url) {
      const loaded = protocol.next('Page.loadEventFired');
      const { errorText } = await onPage('Page.navigate', { url });
      if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
      await loaded;
    },
    async evaluate(expression) {
      const options = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await onPage('Runtime.evaluate', options);
      if (exceptionDetails !== undefined)
        throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
      return Object(result).value;
    },
  };
}

/** JSON messages, each ended by a NUL. */
function speakProtocol(input: Writable, output: Readable, ended: Promise<unknown>) {
  const answers = new Map<number, (message: Message) => void>();
  const listeners = new Map<string, () => void>();
  const gone = ended.then(() => {
    throw new Error('Chromium ended');
  });
  // Told of where something is waited for.
  gone.catch(() => undefined);
  // A browser that is killed while it is written to.
  input.on('error', () => undefined);
  let rest = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const message: Message = JSON.parse(part);
      if (message.id !== undefined) answers.get(message.id)?.(message);
      else listeners.get(message.method ?? '')?.();
    }
  });
  let count = 0;
  return {
    async call(method: string, params: object, sessionId?: unknown): Promise<Record<string, unknown>> {
      count += 1;
      const id = count;
      const answered = new Promise<Message>((resolve) => answers.set(id, resolve));
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      const { result, error } = await Promise.race([answered, gone]);
      answers.delete(id);
      if (error !== undefined) throw new Error(`${method}: ${error.message}`);
      return result ?? {};
    },
    next: (method: string) =>
      Promise.race([new Promise<void>((resolve) => listeners.set(method, resolve)), gone]),
  };
}
