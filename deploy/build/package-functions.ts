import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { FunctionSet } from '../../service/service.ts';
import { bundleForDeployment } from './bundle.ts';
import { checkSize } from './check-size.ts';
import { filesBeside } from './files-beside.ts';
import { replaceFile } from './replace-file.ts';
import { zipCode } from './zip-code.ts';

/** One function as it is deployed. */
export interface Package {
  readonly name: string;
  /** Where the zip lies. */
  readonly file: string;
  readonly zip: Uint8Array;
  /** Of the zip; hexadecimal. */
  readonly sha256: string;
  /** Of the zip. */
  readonly bytes: number;
  /** Unpacked. */
  readonly codeBytes: number;
}

/**
 * Bundles and zips every function of a service; the same sources give the same bytes.
 *
 * @param outdir where `<name>.zip` goes
 * @throws Error when the code does not build, or is more than the platform takes; then nothing is written
 */
export async function packageFunctions(
  { functions, rules }: Pick<FunctionSet, 'rules'> & { readonly functions: readonly { name: string }[] },
  { outdir, functionsDir }: { outdir: string; functionsDir?: string },
): Promise<Package[]> {
  const bundles = await bundleForDeployment({
    names: functions.map(({ name }) => name),
    rules,
    ...(functionsDir === undefined ? {} : { functionsDir }),
  });
  const beside = await filesBeside(bundles.map(({ name }) => name));
  const packages = bundles.map(({ name, code }) => {
    const zip = zipCode(code, beside[name] ?? {});
    const sha256 = createHash('sha256').update(zip).digest('hex');
    const file = path.join(outdir, `${name}.zip`);
    return { name, file, zip, sha256, bytes: zip.byteLength, codeBytes: code.byteLength };
  });
  packages.forEach(checkSize);
  await mkdir(outdir, { recursive: true });
  for (const { file, zip } of packages) await replaceFile(file, zip);
  return packages;
}
