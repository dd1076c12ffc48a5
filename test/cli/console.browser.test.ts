import { once } from 'node:events';
import { request } from 'node:http';
import { expect, it } from 'vitest';
import { startJobwatch } from '../worlds/command-line.ts';
import { openPage } from '../worlds/console.ts';
import { start, temporaryFolder, urlIn } from '../worlds/npm-start.ts';
import { until } from '../worlds/until.ts';

const TOKEN = 'a-token-of-the-one-at-the-page';

it('jobwatch console shows the console before another address, to its own page alone', async () => {
  const ready = await start({ DATA_DIR: await temporaryFolder(), API_TOKENS: TOKEN }).line('ready ');
  const cloud = urlIn(ready.split(' at ')[1]?.split(',')[0] ?? '');
  // Its own token is never added: who opens the page types one.
  const env = { JOBWATCH_URL: urlIn(ready), JOBWATCH_TOKEN: TOKEN };
  const console = startJobwatch(['console', '--port', '0'], env);
  const own = await until(() => {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(console.stdout()) ?? [];
    if (url === undefined) throw new Error('not yet');
    return url;
  });
  const { page, troubles } = await openPage(own, [own, cloud]);
  await page.getByLabel('Token').fill(TOKEN);
  await page.keyboard.press('Enter');
  await page.locator('table.jobs a:text-is("clips/sample.mp4")').waitFor();
  await page.locator('canvas[data-drawn]').waitFor();
  expect(troubles.filter((trouble) => !trouble.includes('status of 401'))).toEqual([]);

  const statusOf = async (headers: Record<string, string>) => {
    const asked = request(`${own}/overview`, {
      headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    }).end();
    const [answer] = await once(asked, 'response');
    answer.resume();
    return answer.statusCode;
  };
  expect(await statusOf({})).toBe(200);
  expect(await statusOf({ host: 'rebound.example' })).toBe(403);
  expect(await statusOf({ origin: 'https://elsewhere.example' })).toBe(403);
  expect(await statusOf({ 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect((await fetch(`${own}/overview`)).status).toBe(401);
});
