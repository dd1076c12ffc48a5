import { readFile } from 'node:fs/promises';
import { expect, inject, it, onTestFinished } from 'vitest';
import { startRuntime } from '../../emulators/scf/start-runtime.ts';
import { readService } from '../../service/read-service.ts';
import { findingsOf, openPage, startConsole } from '../worlds/console.ts';
import { descendants } from '../worlds/npm-start.ts';
import { CREDENTIALS, startTestCloud } from '../worlds/test-cloud.ts';
import { startTestDatabase } from '../worlds/test-database.ts';
import { until } from '../worlds/until.ts';

const WRITE = 'write-token-of-the-shop';
const READ = 'read-token-of-the-office';
const SCREENS = ['jobs', 'failures', 'deliveries', 'rules', 'system'];
/** What the browser says of an answer that is no 2xx. */
const REFUSED = /^error: Failed to load resource: the server responded with a status of (401|503) /;

it('who has no token is asked for one, a wrong one is refused, and one that may read sees no button that writes', async () => {
  const { page, url, another, troubles } = await startConsole({ API_TOKENS: WRITE, READ_TOKENS: READ });
  const field = page.getByLabel('Token');
  await field.fill('some-token-of-nobody');
  await page.keyboard.press('Enter');
  await page.getByText('This token is not configured.').waitFor();
  await field.fill(READ);
  await page.keyboard.press('Enter');
  await page.getByText('This token may read: nothing can be changed here.').waitFor();
  await page.goto(`${url}/#/rules`);
  await page.getByRole('heading', { name: 'clips-to-gif' }).waitFor();
  expect(await page.locator('main button').count()).toBe(0);
  await page.getByRole('button', { name: 'Forget token' }).click();
  await field.fill(WRITE);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('paused by token-1').waitFor();
  await page.getByRole('button', { name: 'Go on' }).click();
  // It is this tab's alone.
  const { page: second } = await another();
  await second.getByLabel('Token').waitFor();
  expect(troubles.filter((trouble) => !REFUSED.test(trouble))).toEqual([]);
});

it('a database that hangs is told, one job can be looked up all the same, and all comes back with it', async () => {
  const { page, pid } = await startConsole();
  const link = page.locator('table.jobs a').first();
  await link.waitFor();
  const id = (await link.getAttribute('href'))?.split('/')[2]?.split('?')[0] ?? '';
  const stopped = new Set<number>();
  const signal = (name: NodeJS.Signals, servers: Iterable<number>) => {
    for (const server of servers) {
      try {
        process.kill(server, name);
      } catch {
        // Backends come and go.
      }
    }
  };
  onTestFinished(() => signal('SIGCONT', stopped));
  // One that was begun meanwhile would go on answering: it is looked for once more when its parent stands still.
  for (let fresh = await serversOf(pid); fresh.length > 0; ) {
    signal('SIGSTOP', fresh);
    for (const server of fresh) stopped.add(server);
    fresh = (await serversOf(pid)).filter((server) => !stopped.has(server));
  }
  expect(stopped.size).toBeGreaterThan(0);
  await page.getByRole('heading', { name: 'There is no database' }).waitFor();
  await page.getByLabel('Job id').fill(id);
  await page.getByRole('button', { name: 'Look up' }).click();
  await page.getByText('"State": "Success"').waitFor();
  signal('SIGCONT', stopped);
  await page.getByRole('button', { name: 'Now' }).click();
  await link.waitFor();
});

it('what is refused for a while stays as it was, greyed, and says when it is asked again', async () => {
  const { page } = await startConsole();
  await page.locator('table.jobs a').first().waitFor();
  let asked = 0;
  await page.route('**/overview?*', (route) => {
    asked += 1;
    const body = {
      type: '/problems#SlowDown',
      title: '',
      status: 503,
      detail: 'slow',
      code: 'SlowDown',
      requestId: 'r-9',
    };
    return route.fulfill({
      status: 503,
      headers: { 'content-type': 'application/problem+json', 'retry-after': '3' },
      body: JSON.stringify(body),
    });
  });
  await page.getByText('CI wants fewer requests.').waitFor();
  await page.locator('.stale table.jobs').waitFor();
  await page.getByText(/^Again in [123] s$/).waitFor();
  expect(asked).toBeGreaterThan(0);
  await page.unroute('**/overview?*');
  await page.getByRole('button', { name: 'Now' }).click();
  await page.locator('.stale').waitFor({ state: 'detached' });
});

it('every screen is whole in both languages, light and dark, and for who sees, hears or moves less', async () => {
  const { page, url, drop, troubles } = await startConsole();
  await drop('broken.mp4', 'no clip at all');
  await page.locator('.state.Failed').waitFor();
  const job = (await page.locator('table.jobs a').first().getAttribute('href')) ?? '';
  for (const theme of ['light', 'dark']) {
    for (const hash of [...SCREENS.map((screen) => `#/${screen}`), job]) {
      await page.goto(`${url}/${hash}`);
      await page.locator('main :is(table, .card, .panel dl)').first().waitFor();
      expect(await findingsOf(page), `${theme} ${hash}`).toEqual([]);
    }
    await page.goto(`${url}/#/jobs`);
    if (theme === 'light') await page.getByRole('button', { name: 'Light or dark' }).click();
  }
  expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
  await page.goto(`${url}/#/rules`);
  await page.getByRole('button', { name: '中文' }).click();
  await page.getByText('本小时任务').waitFor();
  await page.reload();
  await page.getByText('本小时任务').waitFor();
  expect(await page.evaluate('document.documentElement.lang')).toBe('zh-CN');
  expect(await findingsOf(page)).toEqual([]);
  expect(troubles).toEqual([]);
});

it('on a phone, and for a browser that speaks Chinese, the page is as whole', async () => {
  const { page, troubles } = await startConsole(
    {},
    { viewport: { width: 390, height: 844 }, locale: 'zh-CN' },
  );
  await page.getByText('clips/sample.mp4').click();
  await page.locator('.panel img').waitFor();
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  expect(width).toBeLessThanOrEqual(390);
  await page.getByRole('button', { name: '关闭' }).click();
  expect(await findingsOf(page)).toEqual([]);
  expect(troubles).toEqual([]);
});

it('the page of describe has no button that writes, whatever the token may', async () => {
  const [cloud, database] = await Promise.all([startTestCloud(), startTestDatabase()]);
  const env = { ...cloud.env, DATABASE_URL: database.url, API_TOKENS: WRITE };
  const service = readService('serverless.yml', env);
  const runtime = await startRuntime({
    port: 0,
    service: { ...service, functions: service.functions.filter(({ name }) => name === 'describe') },
    distDir: inject('bundles'),
    credentials: CREDENTIALS,
  });
  onTestFinished(async () => {
    await runtime.close();
    await Promise.all([cloud.close(), database.close()]);
  });
  const { page } = await openPage(runtime.url, [runtime.url]);
  await page.getByLabel('Token').fill(WRITE);
  await page.keyboard.press('Enter');
  await page.getByText('This token may read: nothing can be changed here.').waitFor();
  for (const screen of SCREENS) {
    await page.goto(`${runtime.url}/#/${screen}`);
    await until(async () =>
      expect(await page.locator('header a[aria-current]').getAttribute('href')).toBe(`#/${screen}`),
    );
    expect(await page.locator('main button:not([aria-pressed])').count(), screen).toBe(0);
  }
});

/** The processes of PostgreSQL below one. */
async function serversOf(pid: number): Promise<number[]> {
  const servers: number[] = [];
  for (const child of await descendants(pid)) {
    const command = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
    if (command.startsWith('postgres') || /\/postgres\0/.test(command)) servers.push(child);
  }
  return servers;
}
