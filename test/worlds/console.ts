import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { findChromium } from './chromium.ts';
import { start, temporaryFolder, urlIn } from './npm-start.ts';

const AXE = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'));
const BUCKET_FOLDER = 'buckets/media-1250000000';
/** Machines are shared: a limit ends what hangs. */
const HUNG_MS = 4 * 60_000;

export interface OpenedPage {
  readonly page: Page;
  /** what no page of ours may do: say something on the console, fail, or ask another host than those it may */
  readonly troubles: readonly string[];
}

/** A page of a real Chromium, until the test ends. @param hosts what it may ask; its own origin first */
export async function openPage(
  url: string,
  hosts: readonly string[],
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const browser: Browser = await chromium.launch({
    executablePath: findChromium(process.env),
    // Root has no sandbox to enter.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  onTestFinished(() => browser.close());
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    locale: 'en-GB',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(HUNG_MS);
  const troubles: string[] = [];
  page.on('console', (message) => troubles.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && !hosts.includes(origin)) troubles.push(`asked ${origin}`);
  });
  await page.goto(url);
  return { page, troubles };
}

export interface ConsoleWorld extends OpenedPage {
  readonly url: string;
  /** of the local cloud's control */
  readonly control: (method: string, what: string, body?: unknown) => Promise<string>;
  /** puts a file where a rule catches it */
  readonly drop: (name: string, content?: string) => Promise<void>;
  readonly pid: number;
  readonly another: (options?: BrowserContextOptions) => Promise<OpenedPage>;
}

/** The console of what npm start runs. @param folder a clone of the repository; default: this one */
export async function startConsole(
  env: Readonly<Record<string, string>> = {},
  options: BrowserContextOptions = {},
  folder?: string,
): Promise<ConsoleWorld> {
  const dataDir = await temporaryFolder();
  const started = start({ DATA_DIR: dataDir, ...env }, [], folder);
  const ready = await started.line('ready ');
  const url = urlIn(ready);
  const cloud = urlIn(ready.split(' at ')[1]?.split(',')[0] ?? '');
  const clips = path.join(dataDir, BUCKET_FOLDER, 'clips');
  const opened = await openPage(url, [url, cloud], options);
  return {
    ...opened,
    url,
    pid: started.process.pid ?? 0,
    another: (given) => openPage(url, [url, cloud], given),
    async control(method, what, body) {
      const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      const answer = await fetch(`${cloud}/_control/${what}`, init);
      expect(answer.status, await answer.clone().text()).toBeLessThan(300);
      return await answer.text();
    },
    async drop(name, content) {
      const file = path.join(clips, name);
      if (content === undefined) await copyFile(path.join(clips, 'sample.mp4'), file);
      else await writeFile(file, content);
    },
  };
}

/** What axe-core finds wrong with a page for who sees, hears or moves less. */
export async function findingsOf(page: Page): Promise<string[]> {
  // The page's policy lets no script in; a debugger is not bound by it.
  await page.evaluate(await readFile(AXE, 'utf8'));
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
    const { violations } = await axe.run({ runOnly });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}
