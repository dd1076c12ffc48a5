import { expect, it } from 'vitest';
import { startConsole } from '../worlds/console.ts';
import { until } from '../worlds/until.ts';

const row = (key: string) => `table.jobs tr:has(a:text-is("${key}"))`;

it('a newcomer sees the sample’s GIF without a click, and the page keeps to its policy', async () => {
  const { page, troubles } = await startConsole();
  const image = page.locator('img');
  await image.waitFor();
  await until(async () =>
    expect(await page.evaluate("document.querySelector('img').naturalWidth")).toBeGreaterThan(0),
  );
  await page.locator('canvas[data-drawn]').waitFor();
  const listed = await page.evaluate<number>("performance.getEntriesByType('paint').at(-1).startTime");
  console.log(`first paint of the list after ${Math.round(listed)} ms`);
  expect(troubles).toEqual([]);
});

it('a clip that is dropped appears, turns Success and shows its picture', async () => {
  const { page, drop, troubles } = await startConsole();
  await page.locator(row('clips/sample.mp4')).waitFor();
  await drop('mine.mp4');
  await page.locator(`${row('clips/mine.mp4')} .state.Success`).waitFor();
  await page.locator(`${row('clips/mine.mp4')} canvas[data-drawn]`).waitFor();
  await page.locator('a:text-is("clips/mine.mp4")').click();
  const image = page.locator('.panel img');
  await image.waitFor();
  await until(async () =>
    expect(await page.evaluate("document.querySelector('.panel img').naturalWidth")).toBe(320),
  );
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.locator('.panel .picture canvas:not(.none)').waitFor();
  expect(await page.locator('.panel .timeline li').count()).toBeGreaterThan(1);
  await page.keyboard.press('Escape');
  await page.locator('.panel').waitFor({ state: 'detached' });
  expect(await page.evaluate('document.activeElement.textContent')).toBe('clips/mine.mp4');
  expect(troubles).toEqual([]);
});

it('a broken clip stands among the failures, and can be submitted again from there', async () => {
  const { page, url, drop, troubles } = await startConsole();
  await drop('broken.mp4', 'no clip at all');
  await page.locator(`${row('clips/broken.mp4')} .state.Failed`).waitFor();
  await page.goto(`${url}/#/failures`);
  await page.getByRole('button', { name: 'Submit all 1 again' }).click();
  await page.getByText('Submit 1 jobs again?').waitFor();
  await page.getByRole('button', { name: 'Submit 1', exact: true }).click();
  await page.goto(`${url}/#/jobs`);
  await until(async () => expect(await page.locator(row('clips/broken.mp4')).count()).toBe(2));
  await page.locator(`${row('clips/broken.mp4')} .state.Failed >> nth=1`).waitFor();
  expect(troubles).toEqual([]);
});

it('a job that waits can be canceled, and one that failed asked for with other parameters', async () => {
  const { page, drop, control, troubles } = await startConsole();
  await page.locator(row('clips/sample.mp4')).waitFor();
  // CI cancels what has not begun, however often it is asked about meanwhile.
  await control('PUT', 'progress', { mode: 'time', queuedMs: 3_600_000, runningMs: 0 });
  await drop('long.mp4');
  await page.locator('a:text-is("clips/long.mp4")').click();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.locator('.panel .state.Cancel').waitFor();
  await control('PUT', 'progress', { mode: 'ffmpeg' });
  await page.getByRole('button', { name: 'Submit again with other parameters…' }).click();
  const text = page.getByLabel('Operation, as JSON');
  await text.fill('no JSON');
  await page.getByRole('button', { name: 'Submit again', exact: true }).click();
  await page.getByText('This is no JSON.').waitFor();
  await page.getByRole('button', { name: 'Leave it' }).click();
  await page.getByRole('button', { name: 'Submit again with other parameters…' }).click();
  const operation = JSON.parse(await text.inputValue());
  operation.Animation.Video.Width = '160';
  await text.fill(JSON.stringify(operation));
  await page.getByRole('button', { name: 'Submit again', exact: true }).click();
  // The list has a link of this name too, until the page of the submission stands.
  await page.getByRole('heading', { name: 'Submission', exact: true }).waitFor();
  await page.getByRole('link', { name: 'clips/long.mp4' }).click();
  await page.locator('.panel dd:text-is("160")').waitFor();
  await page.locator('.panel .state.Success').waitFor();
  expect(troubles).toEqual([]);
});

it('what is searched for stands in the address: back goes back, and a link opens the same elsewhere', async () => {
  const { page, url, drop, another, troubles } = await startConsole();
  await drop('a b+中.mp4');
  await drop('other.mp4');
  await page.locator(row('clips/a b+中.mp4')).waitFor();
  await page.locator(row('clips/other.mp4')).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('clips/a b+');
  await page.keyboard.press('Enter');
  await page.locator(row('clips/other.mp4')).waitFor({ state: 'detached' });
  const searched = page.url();
  await page.locator('a:text-is("clips/a b+中.mp4")').click();
  const job = page.url();
  await page.goBack();
  await page.locator('.panel').waitFor({ state: 'detached' });
  expect(page.url()).toBe(searched);
  await page.goBack();
  await page.locator(row('clips/other.mp4')).waitFor();
  const { page: second } = await another();
  await second.goto(job);
  await second.getByRole('heading', { name: 'clips/a b+中.mp4 → ' }).waitFor();
  await second.goto(`${url}/#/jobs/${'j'.padEnd(33, '0')}`);
  await second.getByText('No longer kept').waitFor();
  expect(troubles).toEqual([]);
});

it('of 5 000 watches at most 200 rows are in the page, however far one goes', async () => {
  const { page, url, control, troubles } = await startConsole();
  const made = await control('POST', 'jobs', { count: 5000, state: 'Running' });
  const ids = [...made.matchAll(/j[0-9a-f]{32}/g)].map(String);
  expect(ids).toHaveLength(5000);
  for (let from = 0; from < ids.length; from += 100) {
    const body = JSON.stringify({ JobIds: ids.slice(from, from + 100) });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${url}/watches`, { method: 'POST', headers, body })).status).toBe(202);
  }
  const seen = new Set<string>();
  const rows = page.locator('table.jobs tbody tr');
  await until(async () => expect(await rows.count()).toBeGreaterThan(10));
  for (let clicks = 0; clicks < 6; clicks += 1) {
    const last = await rows.last().locator('a').getAttribute('href');
    for (const href of await rows
      .locator('a')
      .evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? '')))
      seen.add(href);
    await page.getByRole('button', { name: 'Older' }).click();
    await until(async () => expect(await rows.last().locator('a').getAttribute('href')).not.toBe(last));
    expect(await rows.count()).toBeLessThanOrEqual(200);
  }
  expect(seen.size).toBeGreaterThan(250);
  await page.getByRole('button', { name: 'Newest' }).click();
  await page.getByRole('button', { name: 'Newest' }).waitFor({ state: 'detached' });
  expect(troubles).toEqual([]);
});
