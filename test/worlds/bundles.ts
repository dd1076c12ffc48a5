import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundle } from '../../deploy/build/bundle.ts';
import { forAllProjects, type Shared } from './for-all-projects.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Holds `<function>/index.js` of each function, as it would be deployed without rules. */
    bundles: string;
  }
}

const NAMES = ['describe', 'api', 'callback', 'on-object', 'recheck', 'deliver'];

/** vitest's globalSetup: the functions are built once for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { value, release } = await forAllProjects('bundles', buildAll);
  project.provide('bundles', value);
  return release;
}

async function buildAll(): Promise<Shared<string>> {
  const outdir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bundles-'));
  await bundle({ names: NAMES, outdir });
  return { value: outdir, close: () => rm(outdir, { recursive: true, force: true }) };
}
