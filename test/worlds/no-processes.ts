import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, expect } from 'vitest';

/** setupFile of the projects that start no process: whoever does is told, and fails even if it swallows what it is told. */
const tried: string[] = [];

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const) {
  Object.assign(childProcess, {
    [name]: (command: unknown) => {
      tried.push(`${name} ${command}`);
      throw new Error(
        `${name} ${command}: expected no process in a test that imports nothing that starts one`,
      );
    },
  });
}
syncBuiltinESMExports();

afterEach(() => {
  expect(tried.splice(0), 'processes that were to be started').toEqual([]);
});
