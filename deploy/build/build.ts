/** `npm run build`: bundles every function of serverless.yml into dist/ and prints the sizes. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readService } from '../../service/read-service.ts';
import { bundle } from './bundle.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

try {
  const service = readService(path.join(root, 'serverless.yml'), process.env);
  const bundles = await bundle({
    names: service.functions.map(({ name }) => name),
    outdir: path.join(root, 'dist'),
    rules: service.rules,
  });
  for (const { name, file, bytes } of bundles) {
    console.log(
      `${name.padEnd(12)} ${(bytes / 1000).toFixed(1).padStart(7)} KB  ${path.relative(root, file)}`,
    );
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
