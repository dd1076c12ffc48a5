import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundle } from '../../deploy/build/bundle.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Holds `<function>/index.js` of each function, as it would be deployed without rules. */
    bundles: string;
  }
}

const NAMES = ['describe', 'api', 'callback', 'on-object', 'recheck', 'deliver'];

/** vitest's globalSetup: the functions are built once for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const outdir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bundles-'));
  await bundle({ names: NAMES, outdir });
  project.provide('bundles', outdir);
  return () => rm(outdir, { recursive: true, force: true });
}
