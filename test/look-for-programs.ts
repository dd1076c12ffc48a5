import { spawnSync } from 'node:child_process';
import { findChromium } from './worlds/chromium.ts';

/** Ahead of all tests: who lacks a browser or a shell is told at once, and not after minutes. */
try {
  findChromium(process.env);
  if (spawnSync('zsh', ['--version']).error)
    throw new Error('No zsh is here, in which completion is tried: apt-get install zsh, brew install zsh');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
