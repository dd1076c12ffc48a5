import type { TestProject } from 'vitest/node';
import { findFfmpeg } from '../../emulators/ci/find-ffmpeg.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the projects that may start processes: looked for once, not by each cloud. */
    ffmpeg: string;
  }
}

/** Given to a cloud that no clip is rendered in. */
export const NO_FFMPEG = 'no-ffmpeg-here';

/** vitest's globalSetup. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('ffmpeg', await findFfmpeg());
}
