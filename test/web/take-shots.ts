/**
 * Screenshots of the console for docs/images, of what npm start runs: `npm run shots [folder]`. A Chromium is found as the
 * tests find it.
 */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { findChromium } from '../worlds/chromium.ts';
import { startStack } from './start-stack.ts';

const FOLDER = process.argv[2] ?? 'docs/images';
const CLIPS = 'buckets/media-1250000000/clips';
/** Few colours make small files. */
const COLOURS = 128;

const { url, dataDir, stop } = await startStack();
const browser = await chromium.launch({ executablePath: findChromium(process.env), args: ['--no-sandbox'] });
try {
  await mkdir(FOLDER, { recursive: true });
  await makeJobs();
  const wide = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  await wide.goto(url);
  await wide.locator('.state.Failed').waitFor();
  await wide.locator('.state.Success >> nth=4').waitFor();
  await wide.locator('canvas[data-drawn] >> nth=4').waitFor();
  await shoot(wide, 'jobs');
  await wide.locator('table.jobs tr:has(.Success) a').first().click();
  await wide.locator('.panel img').waitFor();
  await shoot(wide, 'job');
  await wide.goto(`${url}/#/failures`);
  await wide.locator('table').waitFor();
  await shoot(wide, 'failures');
  const dark = await browser.newPage({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    colorScheme: 'dark',
  });
  await dark.goto(url);
  await dark.locator('canvas[data-drawn] >> nth=4').waitFor();
  await shoot(dark, 'jobs-dark');
  const chinese = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'zh-CN' });
  await chinese.goto(url);
  await chinese.locator('canvas[data-drawn] >> nth=4').waitFor();
  await shoot(chinese, 'jobs-zh');
  const phone = await browser.newPage({ viewport: { width: 390, height: 780 }, locale: 'en-GB' });
  await phone.goto(url);
  await phone.locator('canvas[data-drawn] >> nth=2').waitFor();
  await shoot(phone, 'phone');
} finally {
  await browser.close();
  await stop();
}

/** A few clips of somebody, one of them broken. */
async function makeJobs(): Promise<void> {
  const clips = path.join(dataDir, CLIPS);
  const folder = path.join(clips, 'user-7');
  await mkdir(folder, { recursive: true });
  for (const name of ['skate-0412.mov', 'skate-0413.mov', 'holiday.mp4', '生日.mp4'])
    await copyFile(path.join(clips, 'sample.mp4'), path.join(folder, name));
  await writeFile(path.join(folder, 'broken.mp4'), 'no clip at all');
}

async function shoot(page: Page, name: string): Promise<void> {
  const png = await page.screenshot({ animations: 'disabled' });
  await sharp(png)
    .png({ palette: true, colours: COLOURS, compressionLevel: 9 })
    .toFile(path.join(FOLDER, `${name}.png`));
}
