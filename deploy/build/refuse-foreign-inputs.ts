import { isBuiltin } from 'node:module';
import path from 'node:path';
import type { Metafile } from 'esbuild';

/** Folders whose code runs on a developer's machine only. */
const NEVER_DEPLOYED = ['service', 'emulators', 'local', 'deploy', 'test', 'bench'];

/**
 * Checks what a build took in: nothing of the folders that are never deployed, and nothing left outside that Node
 * itself does not carry.
 *
 * @param root the directory that the metafile's paths are relative to
 * @throws Error naming the bundle and the file
 */
export function refuseForeignInputs(metafile: Metafile, root: string): void {
  for (const [output, { inputs, imports }] of Object.entries(metafile.outputs)) {
    for (const input of Object.keys(inputs)) {
      const [top = ''] = path.relative(root, path.resolve(root, input)).split(path.sep);
      if (NEVER_DEPLOYED.includes(top)) {
        throw new Error(
          `${output} would contain ${input}: expected nothing of ${NEVER_DEPLOYED.join('/, ')}/`,
        );
      }
    }
    for (const { path: name, external } of imports) {
      if (external && !isBuiltin(name)) {
        throw new Error(`${output} would need ${name} at run time: expected a self-contained bundle`);
      }
    }
  }
}
