import { expect, it } from 'vitest';
import { startBrowserPage } from '../worlds/browser-page.ts';
import { start, temporaryFolder, urlIn } from '../worlds/npm-start.ts';

/** In no font: a noncharacter is drawn as the box for what is missing. */
const MISSING = '\u{10FFFF}';

/** Tells how each character is drawn: its pixels, as one text. */
const DRAWN = `(characters) => [...characters].map((character) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 64;
  const context = canvas.getContext('2d');
  context.font = '48px sans-serif';
  context.fillText(character, 4, 52);
  return canvas.toDataURL();
})`;

it('a browser that opens /healthz of what npm start runs is told that all is well', async () => {
  const started = start({ DATA_DIR: await temporaryFolder() });
  const [line, page] = await Promise.all([started.line('ready '), startBrowserPage()]);
  await page.open(`${urlIn(line)}/healthz`);
  expect(await page.evaluate('document.contentType')).toBe('application/json');
  expect(JSON.parse(String(await page.evaluate('document.body.innerText')))).toMatchObject({ status: 'ok' });
});

it('Chinese is drawn with a font that has it: each character as itself, none as the box for a missing one', async () => {
  const page = await startBrowserPage();
  const drawn = await page.evaluate(`(${DRAWN})('数据万象' + ${JSON.stringify(MISSING)})`);
  expect(new Set(drawn as string[]).size).toBe(5);
});
