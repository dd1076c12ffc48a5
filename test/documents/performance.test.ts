import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { performancePage } from '../../bench/performance-page.ts';

it('docs/performance.md is made of bench/results.json (vitest -u writes it)', async () => {
  const results = JSON.parse(readFileSync('bench/results.json', 'utf8'));
  expect(results.figures.length).toBeGreaterThan(5);
  await expect(performancePage(results)).toMatchFileSnapshot('../../docs/performance.md');
});
