import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startConsole } from '../worlds/console.ts';
import { copyTree } from '../worlds/osls-run.ts';

const rendition = (name: string, format: string, fit?: string) => `
        - name: ${name}
          job: { Animation: { Container: { Format: ${format} }, Video: { Codec: ${format}, Width: 320, Fps: 12 } } }
          output: { object: '${name}/\\\${dir}\\\${file}.${format}' }
          ${fit === undefined ? '' : `fit: ${fit}`}`;

/** Stand for `job` and `output` of the rule of serverless.yml. */
const RENDITIONS = [
  '\n      renditions:',
  rendition('large', 'gif'),
  rendition('fitting', 'gif', '{ maxBytes: 20KB }'),
  rendition('never', 'webp', '{ maxBytes: 1KB, floor: { Width: 320, Fps: 12 } }'),
].join('');

it('what is made of one clip stands side by side, with sizes, tries, and which is smallest', async () => {
  const tree = await copyTree();
  onTestFinished(tree.remove);
  const file = path.join(tree.dir, 'serverless.yml');
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace(/\n {6}job:\n[\s\S]*?\n {6}output:\n.*/, () => RENDITIONS),
  );
  const { page, troubles } = await startConsole({}, {}, tree.dir);
  await page.locator('table.jobs a:text-is("clips/sample.mp4")').first().click();
  const panel = page.locator('.panel');
  await panel.getByText('Smallest').waitFor();
  for (const name of ['large', 'fitting', 'never'])
    await panel.locator(`a:has(b:text-is("${name}")) canvas[data-drawn]`).waitFor();
  expect(await panel.locator('a:has-text("Smallest")').count()).toBe(1);
  expect(await panel.locator('a:has(b:text-is("never"))').textContent()).toMatch(
    /KB.*Too large320 × \d+ · Try 1/,
  );
  // A try more is made meanwhile, and takes the place of the first.
  const fitting = panel.locator('a:has(b:text-is("fitting"))');
  await fitting.filter({ hasText: /KB.*\d+ × \d+ · Try [23]/ }).waitFor();
  await panel.locator('a:has(b:text-is("never"))').click();
  await panel.locator('a[aria-current]:has(b:text-is("never"))').waitFor();
  await panel.locator('h2:text("never/sample.mp4.webp")').waitFor();
  expect(troubles).toEqual([]);
});
