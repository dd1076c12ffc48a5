/**
 * The animated picture of the README, made by the product itself: `npm run demo [file]` records the console while a clip
 * is dropped, drops the recording into a bucket, and takes the GIF that a rule of 960 pixels made of it, fitted under a
 * megabyte. A Chromium is found as the tests find it.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { createApi } from '../../client/client.ts';
import { findFfmpeg } from '../../emulators/ci/find-ffmpeg.ts';
import { findChromium } from '../worlds/chromium.ts';
import { copyTree } from '../worlds/osls-run.ts';
import { startStack } from './start-stack.ts';

const FILE = process.argv[2] ?? 'docs/images/demo.gif';
const MOST_BYTES = 1_000_000;
const SIZE = { width: 960, height: 540 };
const BUCKET = 'buckets/media-1250000000';
/** Beside the rule that comes along. */
const RULE = `
    - name: screens
      bucket: media-1250000000
      prefix: screens/
      suffixes: [.mp4]
      job: { Animation: { Container: { Format: gif }, Video: { Codec: gif, Width: ${SIZE.width}, Fps: 8 } } }
      output:
        object: made/\\\${dir}\\\${file}.gif
      fit: { maxBytes: ${MOST_BYTES - 20_000}, floor: { Width: ${SIZE.width}, Fps: 2 } }
`;
const run = promisify(execFile);

const folder = await mkdtemp(path.join(tmpdir(), 'jobwatch-demo-'));
const tree = await copyTree();
const service = path.join(tree.dir, 'serverless.yml');
const text = await readFile(service, 'utf8');
await writeFile(
  service,
  text.replace(/\nfunctions:/, () => `${RULE}\nfunctions:`),
);
const stack = await startStack(tree.dir);
const browser = await chromium.launch({ executablePath: findChromium(process.env), args: ['--no-sandbox'] });
try {
  const ffmpeg = await findFfmpeg();
  const clip = path.join(folder, 'clip.mp4');
  const scene = 'mandelbrot=size=640x360:rate=4:end_scale=0.3:end_pts=20:inner=period';
  await run(ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', scene, '-t', '4', '-pix_fmt', 'yuv420p', clip]);

  const page = await browser.newPage({ viewport: SIZE, locale: 'en-GB' });
  await page.goto(stack.url);
  await page.locator('canvas[data-drawn]').waitFor();
  const recording = record(page, folder);
  await watchFor(1500);
  const clips = path.join(stack.dataDir, BUCKET, 'clips/holiday');
  await mkdir(clips, { recursive: true });
  await copyFile(clip, path.join(clips, 'beach.mp4'));
  const row = page.locator('table.jobs tr:has(a:text-is("clips/holiday/beach.mp4"))');
  await row.locator('.state.Success').waitFor();
  await row.locator('canvas[data-drawn]').waitFor();
  await watchFor(1500);
  await row.locator('a').first().click();
  await page.locator('.panel img').waitFor();
  await watchFor(4000);
  const screens = path.join(stack.dataDir, BUCKET, 'screens');
  await mkdir(screens);
  await run(ffmpeg, await recording.toVideo(path.join(folder, 'screen.mp4')));
  await rename(path.join(folder, 'screen.mp4'), path.join(screens, 'demo.mp4'));

  const made = await readyObject();
  const { size } = await stat(path.join(stack.dataDir, BUCKET, made));
  if (size > MOST_BYTES) throw new Error(`expected at most ${MOST_BYTES} bytes, got ${size}`);
  await mkdir(path.dirname(FILE), { recursive: true });
  await copyFile(path.join(stack.dataDir, BUCKET, made), FILE);
  console.log(`${FILE}: ${size} bytes`);
} finally {
  await browser.close();
  await stack.stop();
  await tree.remove();
  await rm(folder, { recursive: true, force: true });
}

/** So long whoever looks on has to see what is there. */
function watchFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Pictures of a page as fast as they come, each with how long it stood. */
function record(page: Page, into: string) {
  const frames: { file: string; atMs: number }[] = [];
  let isOver = false;
  const done = (async () => {
    while (!isOver) {
      const file = path.join(into, `${String(frames.length).padStart(4, '0')}.png`);
      frames.push({ file, atMs: Date.now() });
      await page.screenshot({ path: file });
    }
  })();
  return {
    /** Ends it. Resolves with what ffmpeg is to do. */
    async toVideo(file: string): Promise<string[]> {
      isOver = true;
      await done;
      const list = frames.map(({ file: name, atMs }, index) => {
        const until = frames[index + 1]?.atMs ?? atMs + 1000;
        return `file '${name}'\nduration ${(until - atMs) / 1000}`;
      });
      await writeFile(path.join(into, 'frames.txt'), list.join('\n'));
      const from = ['-f', 'concat', '-safe', '0', '-i', path.join(into, 'frames.txt')];
      return ['-v', 'error', ...from, '-vf', 'fps=8', '-crf', '12', '-pix_fmt', 'yuv420p', file];
    },
  };
}

/** The key of what was made of the recording, once its last try has ended. */
async function readyObject(): Promise<string> {
  const api = createApi({ url: stack.url });
  for (;;) {
    const { body } = await api.listEvents({ query: { types: ['jobwatch.object.ready'] } });
    const [told] = body.Events as { data?: { Renditions?: { Object: string }[] } }[];
    const key = told?.data?.Renditions?.[0]?.Object;
    if (key !== undefined) return key;
    await watchFor(1000);
  }
}
