import { findChromium } from './worlds/chromium.ts';

/** Ahead of all tests: who has no browser is told at once, and not after minutes. */
try {
  findChromium(process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
